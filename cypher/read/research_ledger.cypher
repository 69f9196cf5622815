// How many cohorts were released.
// access: read
// column number: integer
MATCH (ledger:ResearchLedger {id: 'ledger'})
RETURN ledger.number AS number
