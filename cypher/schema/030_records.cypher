// Records whose latest change is not resolved yet, and the loads of a feed.
CREATE INDEX person_record_pending IF NOT EXISTS FOR (n:PersonRecord) ON (n.pending);
CREATE INDEX address_record_pending IF NOT EXISTS FOR (n:AddressRecord) ON (n.pending);
CREATE INDEX load_feed IF NOT EXISTS FOR (n:Load) ON (n.feed);
