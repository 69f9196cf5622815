// What was loaded from deliveries is resolved now.
// access: write
MATCH (delivery:Delivery)
WHERE delivery.resolved = false
SET delivery.resolved = true
