// How many pairs of person records wait for somebody to look, by what a look is worth, and how many records are not resolved yet.
// access: read
// param $bounds: list of integer, values from which a band begins, rising
// param $forever: date-time, the end of an interval that has not ended
// column band: integer, how many bounds its values reach; -1: records whose latest change is not resolved yet
// column pairs: integer, of two people; or records
// column doubts: integer, pairs of one person, who is in doubt
// column since: optional date-time, since when the people of the pair that waits longest are who they are
CALL () {
  MATCH (left:PersonRecord)-[evidence:EVIDENCE]->(right:PersonRecord)
  USING INDEX evidence:EVIDENCE(review)
  WHERE evidence.review > 0 AND left.shielded IS NULL AND right.shielded IS NULL
    AND NOT EXISTS {
      MATCH (left)-[:PARTED]->(right)
      WHERE NOT EXISTS {
        // part: of_one_person
      }
    }
  RETURN left, right, evidence.review AS value
UNION ALL
  MATCH (left:PersonRecord)-[parted:PARTED]->(right:PersonRecord)
  USING INDEX parted:PARTED(review)
  WHERE parted.review > 0 AND left.shielded IS NULL AND right.shielded IS NULL
    AND NOT EXISTS { MATCH (left)-[decided:STEWARD]-(right) WHERE decided.revoked_at IS NULL }
    AND NOT EXISTS {
      // part: of_one_person
    }
  RETURN left, right, parted.review AS value
}
MATCH (left)-[one:RESOLVES_TO]->(left_person:Person) WHERE one.recorded_to = $forever
MATCH (right)-[other:RESOLVES_TO]->(right_person:Person) WHERE other.recorded_to = $forever
WITH left_person <> right_person AS apart, size([bound IN $bounds WHERE value >= bound]) AS band,
     CASE WHEN one.recorded_from > other.recorded_from THEN one.recorded_from ELSE other.recorded_from END AS since
RETURN band, count(CASE WHEN apart THEN 1 END) AS pairs, count(CASE WHEN NOT apart THEN 1 END) AS doubts,
       min(since) AS since
UNION ALL
MATCH (record:PersonRecord)
WHERE record.pending IS NOT NULL
WITH count(record) AS pairs
RETURN -1 AS band, pairs, 0 AS doubts, null AS since
