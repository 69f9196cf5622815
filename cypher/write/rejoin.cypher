// An agency that left may be loaded again.
// access: write
// param $agency: string
// column found: integer
MATCH (departed:Departed {id: $agency})
DELETE departed
RETURN count(*) AS found
