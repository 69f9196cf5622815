// Cohorts of which figures were given to researchers, in their order; what two people released for publication.
CREATE CONSTRAINT research_ledger_id IF NOT EXISTS FOR (n:ResearchLedger) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT research_cohort_number IF NOT EXISTS FOR (n:ResearchCohort) REQUIRE n.number IS UNIQUE;
CREATE CONSTRAINT research_release_id IF NOT EXISTS FOR (n:ResearchRelease) REQUIRE n.id IS UNIQUE;
CREATE INDEX counted_note_tick IF NOT EXISTS FOR (n:CountedNote) ON (n.tick);
