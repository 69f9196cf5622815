// Who is shielded: only those carry the property, so the indexes hold nobody else. And the acts of shielding.
CREATE INDEX person_shielded IF NOT EXISTS FOR (n:Person) ON (n.shielded);
CREATE INDEX address_shielded IF NOT EXISTS FOR (n:Address) ON (n.shielded);
CREATE INDEX person_record_shielded IF NOT EXISTS FOR (n:PersonRecord) ON (n.shielded);
CREATE INDEX contact_shielded IF NOT EXISTS FOR (n:Contact) ON (n.shielded);
CREATE CONSTRAINT shield_id IF NOT EXISTS FOR (n:Shield) REQUIRE n.id IS UNIQUE;
