// Contacts by their id over all versions, by time, and by the feed they came from.
CREATE INDEX contact_id IF NOT EXISTS FOR (n:Contact) ON (n.id);
CREATE INDEX contact_at IF NOT EXISTS FOR (n:Contact) ON (n.at);
CREATE INDEX contact_feed IF NOT EXISTS FOR (n:Contact) ON (n.feed);
