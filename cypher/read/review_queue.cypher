// One page of the pairs of person records that somebody should look at, of two people or of one that is in doubt, the greatest value first, off two indexes.
// access: read
// param $first: integer, pairs a page, and one more to know whether there is a next one
// param $after_value: integer, of the last pair of the page before
// param $after_left: string, its left record
// param $after_right: string, its right record
// param $lane: string, apart or doubt, or '' for both
// param $forever: date-time, the end of an interval that has not ended
// column left: string
// column right: string
// column value: integer
// column left_agency: string
// column right_agency: string
// column left_entity: string, the person that it is a record of
// column right_entity: string, the same where they are one person, but in doubt
CALL () {
  MATCH (left:PersonRecord)-[evidence:EVIDENCE]->(right:PersonRecord)
  USING INDEX evidence:EVIDENCE(review)
  WHERE evidence.review > 0 AND evidence.review <= $after_value AND left.shielded IS NULL AND right.shielded IS NULL
    AND (evidence.review < $after_value OR left.id > $after_left
      OR (left.id = $after_left AND right.id > $after_right))
    AND NOT EXISTS {
      MATCH (left)-[:PARTED]->(right)
      WHERE NOT EXISTS {
        // part: of_one_person
      }
    }
    AND ($lane = '' OR ($lane = 'doubt') = EXISTS {
      // part: of_one_person
    })
  WITH left, right, evidence.review AS value
  ORDER BY value DESC, left.id, right.id
  LIMIT $first
  RETURN left, right, value
UNION ALL
  // What held them together was purged: they wait until somebody decides, or they are one again.
  MATCH (left:PersonRecord)-[parted:PARTED]->(right:PersonRecord)
  USING INDEX parted:PARTED(review)
  WHERE $lane <> 'doubt' AND parted.review > 0 AND parted.review <= $after_value AND left.shielded IS NULL AND right.shielded IS NULL
    AND (parted.review < $after_value OR left.id > $after_left
      OR (left.id = $after_left AND right.id > $after_right))
    AND NOT EXISTS { MATCH (left)-[decided:STEWARD]-(right) WHERE decided.revoked_at IS NULL }
    AND NOT EXISTS {
      // part: of_one_person
    }
  WITH left, right, parted.review AS value
  ORDER BY value DESC, left.id, right.id
  LIMIT $first
  RETURN left, right, value
}
WITH left, right, value
ORDER BY value DESC, left.id, right.id
LIMIT $first
MATCH (left)-[one:RESOLVES_TO]->(left_person:Person) WHERE one.recorded_to = $forever
MATCH (right)-[other:RESOLVES_TO]->(right_person:Person) WHERE other.recorded_to = $forever
RETURN left.id AS left, right.id AS right, value, left.agency AS left_agency, right.agency AS right_agency,
       left_person.id AS left_entity, right_person.id AS right_entity
ORDER BY value DESC, left, right
