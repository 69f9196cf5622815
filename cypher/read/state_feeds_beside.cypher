// Feeds of which anything was loaded whose names begin alike: those of one agency.
// access: read
// param $agency: string, the beginning of a feed's name, up to the stroke
// column feed: string
MATCH (load:Load)
USING INDEX SEEK load:Load(feed)
WHERE load.feed STARTS WITH $agency
RETURN DISTINCT load.feed AS feed
ORDER BY feed
