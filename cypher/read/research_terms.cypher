// What agreements let research look at: the history that may be kept of each class of data, for counts of many people.
// access: read
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or '': then of whichever is party
// param $serving_at: date-time, when the agreements must be in force
// column agreement: string
// column data_class: string
// column purposes: list of string
// column parties: list of string
// column until: integer, milliseconds since 1970
// column serves: boolean, whether it lets this caller look
// column months: integer, how far back
MATCH (term:AgreementTerm)
WHERE term.id > ''
RETURN term.agreement AS agreement, term.data_class AS data_class, term.purposes AS purposes, term.parties AS parties,
  term.serves_until.epochMillis AS until, term.retention_months AS months,
  $purpose IN term.purposes AND ($agency = '' OR $agency IN term.parties)
    AND term.serves_from <= $serving_at AND term.serves_until > $serving_at AS serves
ORDER BY agreement, data_class
