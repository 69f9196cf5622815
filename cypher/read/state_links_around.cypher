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
// column places: list of string, the address of each of those households
// column households: list of string
// column communal: list of boolean
// column members: list of list of string, people of each of them, of communal ones those who count
// column starts: list of list of string, moments
// column ends: list of list of string, moments
// column presumed: list of list of boolean
CALL () {
  UNWIND $changed AS row
  MATCH (household:Household {id: row.household})-[link:LED_TO]-(:Household)
  USING INDEX SEEK household:Household(id)
  WITH link, startNode(link) AS from, endNode(link) AS to,
       collect(row.whole OR any(person IN link.people WHERE person IN row.people)) AS asked
  RETURN collect(from.id) AS earlier, collect(to.id) AS later, collect(link.people) AS carried,
         collect(CASE WHEN any(each IN asked WHERE each) THEN [from, to] ELSE [] END) AS touching
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
CALL (touching, others) {
  UNWIND touching + [others] AS some
  UNWIND some AS household
  WITH DISTINCT household
  WHERE NOT household.id IN $known
  RETURN collect(household) AS near
}
// What is grouped by may hold no list: it would be hashed, and counted as memory, for each row.
CALL (near, wanted) {
  UNWIND near AS household
  MATCH (household)-[:HOUSEHOLD_AT]->(address:Address)
  MATCH (household)<-[member:MEMBER_OF]-(person:Person)
  WHERE NOT household.communal OR person.id IN wanted
  WITH address, household, collect(person.id) AS residing, collect(toString(member.from)) AS began,
       collect(toString(member.to)) AS ended, collect(coalesce(member.inferred, false)) AS unstated
  RETURN collect(address.id) AS places, collect(household.id) AS households,
         collect(coalesce(household.communal, false)) AS communal, collect(residing) AS members,
         collect(began) AS starts, collect(ended) AS ends, collect(unstated) AS presumed
}
RETURN earlier, later, carried, residents, homes, places, households, communal, members,
       starts, ends, presumed
