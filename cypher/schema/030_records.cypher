// Records by feed (snapshots retract what is missing) and those whose latest change is not resolved yet.
CREATE INDEX person_record_feed IF NOT EXISTS FOR (n:PersonRecord) ON (n.feed);
CREATE INDEX address_record_feed IF NOT EXISTS FOR (n:AddressRecord) ON (n.feed);
CREATE INDEX person_record_pending IF NOT EXISTS FOR (n:PersonRecord) ON (n.pending);
CREATE INDEX address_record_pending IF NOT EXISTS FOR (n:AddressRecord) ON (n.pending);
CREATE INDEX load_feed IF NOT EXISTS FOR (n:Load) ON (n.feed);
