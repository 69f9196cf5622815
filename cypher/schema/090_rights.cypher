// What was done for a right or a rule, until it is in the audit log; records that must not come again; marks on records;
// when retention was last seen to.
CREATE CONSTRAINT proof_id IF NOT EXISTS FOR (n:Proof) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT tombstone_id IF NOT EXISTS FOR (n:Tombstone) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT departed_id IF NOT EXISTS FOR (n:Departed) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT mark_id IF NOT EXISTS FOR (n:Mark) REQUIRE n.id IS UNIQUE;
CREATE INDEX parted_review IF NOT EXISTS FOR ()-[e:PARTED]-() ON (e.review);
CREATE CONSTRAINT retention_run_id IF NOT EXISTS FOR (n:RetentionRun) REQUIRE n.id IS UNIQUE;
