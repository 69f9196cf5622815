// Who went from some households to others, or came to them from others; one row of lists side by side.
// A graph written by an earlier version has an edge for each time, also with dates, of which nothing is read.
// access: read
// param $households: list of string
// column earlier: list of string
// column later: list of string
// column people: list of list of string
UNWIND $households AS id
MATCH (household:Household {id: id})-[link:LED_TO]-(:Household)
USING INDEX SEEK household:Household(id)
WITH DISTINCT link, startNode(link) AS earlier, endNode(link) AS later
RETURN collect(earlier.id) AS earlier, collect(later.id) AS later, collect(link.people) AS people
