// What a purge must not leave behind: how many of each fault.
// access: read
// param $forever: date-time, end of an interval that has not ended
// column unfinished: integer, purges that were killed and not run again
// column ownerless: integer, people and addresses that no record is or ever was
// column versions: integer, versions of no record
// column contacts: integer, versions of contacts that touch nothing
// column households: integer, live, with nobody who is or was in them
// column acts: integer, acts of shielding and marks that lie on no record
// column glasses: integer, broken ones that name somebody or somewhere that is gone
CALL () { MATCH (purge:Purge) RETURN count(purge) AS unfinished }
CALL () { MATCH (entity:Person|Address) WHERE NOT EXISTS { (entity)<-[:RESOLVES_TO]-() } RETURN count(entity) AS ownerless }
CALL () { MATCH (version:RecordVersion) WHERE NOT EXISTS { (version)<-[:VERSION]-() } RETURN count(version) AS versions }
CALL () {
  MATCH (contact:Contact) WHERE NOT EXISTS { (contact)<--(:PersonRecord|AddressRecord) } RETURN count(contact) AS contacts
}
CALL () {
  MATCH (home:Household) WHERE home.recorded_to = $forever AND NOT EXISTS { (home)<-[:MEMBER_OF]-(:Person) }
  RETURN count(home) AS households
}
CALL () {
  MATCH (act:Shield|Mark) WHERE act.everywhere IS NULL AND NOT EXISTS { (act)-[:SHIELDS|MARKS]->() } RETURN count(act) AS acts
}
CALL () {
  MATCH (glass:BreakGlass)
  WHERE any(target IN glass.targets WHERE NOT EXISTS { MATCH (:Person {id: target}) } AND NOT EXISTS { MATCH (:Address {id: target}) })
  RETURN count(glass) AS glasses
}
RETURN unfinished, ownerless, versions, contacts, households, acts, glasses
