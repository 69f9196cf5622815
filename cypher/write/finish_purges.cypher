// All that purges leave behind is tidied up.
// access: write
MATCH (purge:Purge)
DELETE purge
