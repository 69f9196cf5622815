// Two records that are one person's now.
MATCH (left)-[one:RESOLVES_TO]->(:Person)<-[other:RESOLVES_TO]-(right)
WHERE one.recorded_to = $forever AND other.recorded_to = $forever
