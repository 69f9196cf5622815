// What was accepted of a feed: the highest number, its time, and the rows of the last that was loaded. A number that was
// held for being out of order and then discarded was never reached: it does not count, or it would stop the feed.
// access: read
// param $feed: string
// param $id: string, a delivery that is not to be counted: it is looked at again
// param $digest: string, of the manifest that is looked at
// column sequence: integer, 0 before the first
// column sent_at: optional date-time
// column rows: optional integer
// column settled: boolean, whether this very manifest was loaded or discarded before
OPTIONAL MATCH (delivery:Delivery {feed: $feed})
WHERE delivery.id <> $id AND (delivery.state IN ['loaded', 'discarded'] OR delivery.reason = 'shrunk')
WITH delivery ORDER BY delivery.sequence DESC
WITH collect(delivery) AS settled
WITH settled, [each IN settled WHERE each.state <> 'discarded' OR each.reason <> 'out-of-order'] AS accepted
RETURN coalesce(accepted[0].sequence, 0) AS sequence, accepted[0].sent_at AS sent_at,
       head([each IN accepted WHERE each.state = 'loaded' | each.rows]) AS rows,
       any(each IN settled WHERE each.state IN ['loaded', 'discarded'] AND coalesce(each.digest, '') = $digest) AS settled
