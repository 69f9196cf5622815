// A page of decisions about shields with their sealed reasons, by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string
// column reason: bytes
MATCH (shield:Shield)
USING INDEX shield:Shield(id)
WHERE shield.id > $after
RETURN shield.id AS id, shield.reason AS reason
ORDER BY id LIMIT $limit
