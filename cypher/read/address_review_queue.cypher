// One page of the pairs of address records that somebody should look at, the greatest value first, off an index.
// access: read
// param $first: integer, pairs a page, and one more to know whether there is a next one
// param $after_value: integer, of the last pair of the page before
// param $after_left: string, its left record
// param $after_right: string, its right record
// param $forever: date-time, the end of an interval that has not ended
// column left: string
// column right: string
// column value: integer
// column left_agency: string
// column right_agency: string
// column left_entity: string, the address that it is a record of
// column right_entity: string
MATCH (left:AddressRecord)-[evidence:EVIDENCE]->(right:AddressRecord)
USING INDEX evidence:EVIDENCE(address_review)
WHERE evidence.address_review > 0 AND evidence.address_review <= $after_value
  AND (evidence.address_review < $after_value OR left.id > $after_left
    OR (left.id = $after_left AND right.id > $after_right))
  AND all(said IN [left, right] WHERE
    // part: address_spoken_of
  )
WITH left, right, evidence.address_review AS value
ORDER BY value DESC, left.id, right.id
LIMIT $first
MATCH (left)-[one:RESOLVES_TO]->(left_address:Address) WHERE one.recorded_to = $forever
MATCH (right)-[other:RESOLVES_TO]->(right_address:Address) WHERE other.recorded_to = $forever
RETURN left.id AS left, right.id AS right, value, left.agency AS left_agency, right.agency AS right_agency,
       left_address.id AS left_entity, right_address.id AS right_entity
ORDER BY value DESC, left, right
