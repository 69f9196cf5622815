// One delivery, if there is a receipt for it.
// access: read
// param $id: string
// column delivery: map
MATCH (delivery:Delivery {id: $id})
RETURN delivery{.*} AS delivery
