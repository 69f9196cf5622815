// The latest deliveries of each feed, newest first, and those that nobody's signature vouches for under no feed.
// access: read
// param $most: integer, of each feed
// column feed: string, empty where it is not proved
// column deliveries: list of map
MATCH (delivery:Delivery)
WITH delivery ORDER BY delivery.received_at DESC, delivery.sequence DESC
WITH delivery.feed AS feed, collect(delivery{.*})[..$most] AS deliveries
RETURN feed, deliveries ORDER BY feed
