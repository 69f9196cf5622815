// Put a public key of an agency in force; the one before ends. The same one again changes nothing.
// access: write
// param $id: string, of the key
// param $agency: string
// param $public: bytes
// param $at: date-time
// column agencies: integer, 0 when there is no such agency; nothing was changed then
OPTIONAL MATCH (agency:Agency {id: $agency})
FOREACH (_ IN CASE WHEN agency IS NULL THEN [] ELSE [1] END |
  MERGE (key:AgencyKey {id: $agency + ' ' + $id})
  ON CREATE SET key.agency = $agency, key.key = $id, key.public = $public
  SET key.added_at = CASE WHEN key.added_at IS NULL OR key.ended_at IS NOT NULL THEN $at ELSE key.added_at END
  REMOVE key.ended_at)
WITH count(agency) AS agencies
CALL () {
  MATCH (other:AgencyKey {agency: $agency})
  WHERE other.key <> $id AND other.ended_at IS NULL
  SET other.ended_at = $at
}
RETURN agencies
