// Entities that are not as they must be: how many of each fault.
// access: read
// param $forever: date-time, end of an interval that has not ended
// column empty: integer, live, but no record resolves to it
// column lost: integer, ended, though records still resolve to it
// column homeless: integer, live households without an address
MATCH (entity:Person|Address)
WITH entity.recorded_to = $forever AS live,
     EXISTS { (entity)<-[resolves:RESOLVES_TO]-() WHERE resolves.recorded_to = $forever } AS used
WITH count(CASE WHEN live AND NOT used THEN 1 END) AS empty, count(CASE WHEN NOT live AND used THEN 1 END) AS lost
OPTIONAL MATCH (home:Household)
WHERE home.recorded_to = $forever AND NOT EXISTS { (home)-[:HOUSEHOLD_AT]->(:Address) }
RETURN empty, lost, count(home) AS homeless
