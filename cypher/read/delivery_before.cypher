// What was accepted of a feed: the highest number, its time, and the rows of the last that was loaded.
// access: read
// param $feed: string
// param $id: string, a delivery that is not to be counted: it is looked at again
// column sequence: integer, 0 before the first
// column sent_at: optional date-time
// column rows: optional integer
OPTIONAL MATCH (delivery:Delivery {feed: $feed})
WHERE delivery.id <> $id AND (delivery.state IN ['loaded', 'discarded'] OR delivery.reason = 'shrunk')
WITH delivery ORDER BY delivery.sequence DESC
WITH collect(delivery) AS accepted
RETURN coalesce(accepted[0].sequence, 0) AS sequence, accepted[0].sent_at AS sent_at,
       head([each IN accepted WHERE each.state = 'loaded' | each.rows]) AS rows
