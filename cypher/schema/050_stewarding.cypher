// The review queues of people and of addresses by their value, steward decisions by their id and by the one that revoked them, and notes of what a transaction changed.
CREATE INDEX evidence_review IF NOT EXISTS FOR ()-[e:EVIDENCE]-() ON (e.review);
CREATE INDEX evidence_address_review IF NOT EXISTS FOR ()-[e:EVIDENCE]-() ON (e.address_review);
CREATE INDEX steward_decision IF NOT EXISTS FOR ()-[d:STEWARD]-() ON (d.id);
CREATE INDEX change_tick IF NOT EXISTS FOR (n:Change) ON (n.tick);
CREATE INDEX steward_revocation IF NOT EXISTS FOR ()-[d:STEWARD]-() ON (d.revoked_in);
