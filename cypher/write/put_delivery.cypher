// The receipt of a delivery: no value of it, only how much, from whom, and what became of it.
// access: write
// param $id: string
// param $said: map, its properties
// param $at: date-time, when it was taken in
// param $sent_at: optional date-time, as the agency signed it
MERGE (delivery:Delivery {id: $id})
ON CREATE SET delivery.received_at = $at
SET delivery += $said, delivery.sent_at = $sent_at
