// New and changed households, without their members.
// access: write
// param $rows: list of map, household, communal, address, start, end; moments as text
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (address:Address {id: row.address})
USING INDEX SEEK address:Address(id)
MERGE (household:Household {id: row.household})
ON CREATE SET household.recorded_from = $at, household.recorded_to = $forever
SET household.communal = row.communal
MERGE (household)-[at:HOUSEHOLD_AT]->(address)
SET at.from = datetime(row.start), at.to = datetime(row.end)
WITH household, at
MATCH (household)-[former:HOUSEHOLD_AT]->()
WHERE former <> at
DELETE former
