// The id of a record that another one names as related, whether that record is there or not; and whose feed says so.
CREATE CONSTRAINT related_id IF NOT EXISTS FOR (n:RelatedId) REQUIRE n.id IS UNIQUE;
CREATE INDEX related_feed IF NOT EXISTS FOR ()-[e:RELATED]-() ON (e.feed);
