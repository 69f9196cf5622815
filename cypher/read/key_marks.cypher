// A page of marks on records with their sealed reasons, by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string
// column reason: bytes
// column lifted_reason: optional bytes
MATCH (mark:Mark)
USING INDEX mark:Mark(id)
WHERE mark.id > $after
RETURN mark.id AS id, mark.reason AS reason, mark.lifted_reason AS lifted_reason
ORDER BY id LIMIT $limit
