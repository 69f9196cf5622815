// Notes of changes that name records which are gone: they name them no more, and who has not followed reads everything.
// access: write
// param $before: integer, notes of earlier transactions
// column notes: integer
MATCH (note:Change) WHERE note.tick < $before
UNWIND note.records AS id
OPTIONAL MATCH (person:PersonRecord {id: id})
USING INDEX SEEK person:PersonRecord(id)
OPTIONAL MATCH (place:AddressRecord {id: id})
USING INDEX SEEK place:AddressRecord(id)
WITH note, collect(coalesce(person.id, place.id)) AS left
WHERE size(left) < size(note.records)
SET note.records = left, note.everything = true
RETURN count(note) AS notes
