// Every agreement as the graph has it, by id: for the register that is published.
// access: read
// column entry: map, id, name, parties, purposes, data_classes and what else each says
MATCH (agreement:Agreement)
RETURN properties(agreement) AS entry
ORDER BY agreement.id
