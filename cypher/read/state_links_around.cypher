// How some households that change came from others, or others from them, and the homes of the people whose membership
// changes, as lists side by side; and those other households, as far as a link with them may be new or another.
// A graph written by an earlier version has an edge for each time, also with dates, of which nothing is read.
// access: read
// param $changed: list of map, household, people whose membership changes, whole: every link may be another
// param $people: list of string, all of those people
// param $known: list of string, households that need not be read
// column earlier: list of string, one for each link
// column later: list of string
// column carried: list of list of string, people
// column residents: list of string, one for each home of each person
// column homes: list of string
// column households: list of map, address, household, communal, and members (of communal ones those who count): person, start, end, inferred; moments as text
CALL () {
  UNWIND $changed AS row
  MATCH (household:Household {id: row.household})-[link:LED_TO]-(:Household)
  USING INDEX SEEK household:Household(id)
  WITH link, startNode(link) AS from, endNode(link) AS to,
       collect(row.whole OR any(person IN link.people WHERE person IN row.people)) AS asked
  RETURN collect(from.id) AS earlier, collect(to.id) AS later, collect(link.people) AS carried,
         collect(CASE WHEN any(each IN asked WHERE each) THEN [from, to] ELSE [] END) AS ends
}
CALL () {
  UNWIND $people AS id
  MATCH (person:Person {id: id})-[:MEMBER_OF]->(home:Household)
  USING INDEX SEEK person:Person(id)
  WITH DISTINCT id, home
  RETURN collect(id) AS residents, collect(home.id) AS homes, collect(DISTINCT home) AS others
}
CALL (carried) {
  UNWIND carried + [$people] AS some
  UNWIND some AS person
  RETURN collect(DISTINCT person) AS wanted
}
CALL (ends, others, wanted) {
  UNWIND ends + [others] AS some
  UNWIND some AS household
  WITH DISTINCT household, wanted
  WHERE NOT household.id IN $known
  MATCH (household)-[:HOUSEHOLD_AT]->(address:Address)
  MATCH (household)<-[member:MEMBER_OF]-(person:Person)
  WHERE NOT household.communal OR person.id IN wanted
  WITH address, household, collect({
    person: person.id, start: toString(member.from), end: toString(member.to), inferred: member.inferred
  }) AS members
  RETURN collect({
    address: address.id, household: household.id, communal: household.communal, members: members
  }) AS households
}
RETURN earlier, later, carried, residents, homes, households
