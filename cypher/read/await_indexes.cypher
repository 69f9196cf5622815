// Wait until every index can be used.
// access: read
// param $seconds: integer, how long at most
CALL db.awaitIndexes($seconds)
