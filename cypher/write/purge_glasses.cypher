// Broken glasses that showed what is gone: they keep who looked, when, as what, and what a review came to; not the ids of
// what is gone, nor why and what was found in words, for these may name them. One that shows nothing any more is over.
// access: write
// param $entities: list of string, people and addresses that may lead to nobody any more, though their ids are still there
// param $forever: date-time, the end of an interval that has not ended
// param $at: date-time
// column glasses: integer
MATCH (glass:BreakGlass)
WITH glass, [target IN glass.targets WHERE EXISTS {
    MATCH (shown:Person {id: target})
    WHERE NOT target IN $entities OR EXISTS { (shown)-[:SUPERSEDED_BY*0..32]->(:Person {recorded_to: $forever}) }
  } OR EXISTS {
    MATCH (shown:Address {id: target})
    WHERE NOT target IN $entities OR EXISTS { (shown)-[:SUPERSEDED_BY*0..32]->(:Address {recorded_to: $forever}) }
  }] AS left
WHERE size(left) < size(glass.targets)
SET glass.targets = left, glass.removed_at = $at,
  glass.until = CASE WHEN size(left) = 0 AND glass.until > $at THEN $at ELSE glass.until END
REMOVE glass.reason, glass.finding
RETURN count(glass) AS glasses
