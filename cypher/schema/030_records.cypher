// Records whose latest change is not resolved yet, and the loads of a feed.
CREATE INDEX person_record_pending IF NOT EXISTS FOR (n:PersonRecord) ON (n.pending);
CREATE INDEX address_record_pending IF NOT EXISTS FOR (n:AddressRecord) ON (n.pending);
CREATE INDEX load_feed IF NOT EXISTS FOR (n:Load) ON (n.feed);
// What a feed keeps alive, in the order in which a snapshot is compared with it, a page at a time.
CREATE INDEX person_record_feed IF NOT EXISTS FOR (n:PersonRecord) ON (n.feed, n.id);
CREATE INDEX address_record_feed IF NOT EXISTS FOR (n:AddressRecord) ON (n.feed, n.id);
CREATE INDEX contact_feed IF NOT EXISTS FOR (n:Contact) ON (n.feed, n.version);
