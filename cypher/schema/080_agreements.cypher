// Entries of the register of agreements, and the terms that are in force, by their agreement.
CREATE CONSTRAINT agreement_version_id IF NOT EXISTS FOR (n:AgreementVersion) REQUIRE n.id IS UNIQUE;
CREATE INDEX agreement_version_of IF NOT EXISTS FOR (n:AgreementVersion) ON (n.agreement);
CREATE CONSTRAINT agreement_term_id IF NOT EXISTS FOR (n:AgreementTerm) REQUIRE n.id IS UNIQUE;
CREATE INDEX agreement_term_of IF NOT EXISTS FOR (n:AgreementTerm) ON (n.agreement);
