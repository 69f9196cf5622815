// Which agency each person record is of, resolved or not, in pages by id: one row of lists.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column ids: list of string, rising; empty after the last page
// column agencies: list of string
MATCH (record:PersonRecord)
USING INDEX record:PersonRecord(id)
WHERE record.id > $after
WITH record ORDER BY record.id LIMIT $limit
RETURN collect(record.id) AS ids, collect(record.agency) AS agencies
