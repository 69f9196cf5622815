// The register of agreements as they are, by id.
// access: read
// column entry: map, id, name, version, parties, purposes, data_classes and what else each says, side by side
MATCH (agreement:Agreement)
WHERE agreement.number > 0
RETURN properties(agreement) AS entry
ORDER BY agreement.id
