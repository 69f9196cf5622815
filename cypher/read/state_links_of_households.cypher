// How some households came from others, or others from them; one row of lists side by side.
// access: read
// param $households: list of string
// column earlier: list of string
// column later: list of string
// column left: list of string, moments
// column at: list of string, moments
// column change: list of string
// column people: list of list of string
// column stayed: list of list of string
// column met: list of list of string
// column beside: list of list of string
UNWIND $households AS id
MATCH (household:Household {id: id})-[link:LED_TO]-(:Household)
USING INDEX SEEK household:Household(id)
WITH DISTINCT link, startNode(link) AS earlier, endNode(link) AS later
RETURN collect(earlier.id) AS earlier, collect(later.id) AS later, collect(toString(link.left)) AS left,
       collect(toString(link.at)) AS at, collect(link.change) AS change, collect(link.people) AS people,
       collect(link.stayed) AS stayed, collect(link.met) AS met, collect(link.beside) AS beside
