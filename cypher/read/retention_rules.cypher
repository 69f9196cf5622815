// How long each agreement lets the contacts of each class of data be kept, and of whose; also one that serves no more.
// access: read
// column agreement: string
// column data_class: string
// column months: integer
// column parties: list of string
MATCH (term:AgreementTerm)
RETURN term.agreement AS agreement, term.data_class AS data_class, term.retention_months AS months, term.parties AS parties
ORDER BY agreement, data_class
