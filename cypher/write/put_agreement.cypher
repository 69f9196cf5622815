// An agreement as it is from now on: one more entry on record, and the terms that questions are answered under.
// access: write
// param $entry: map, id, name, version, parties, purposes, data_classes and what else it says, side by side
// param $terms: list of map, id, data_class, gateway, view, months, latest_months, retention_months, serves_until: the first moment at which it is no more
// param $serves_from: date-time, the first moment at which it is in force
// param $at: date-time, when it was recorded
// param $forever: date-time, the end of what has not ended
MERGE (agreement:Agreement {id: $entry.id})
SET agreement = $entry, agreement.recorded_from = $at, agreement.recorded_to = $forever
WITH agreement
CALL (agreement) {
  MATCH (past:AgreementVersion {agreement: agreement.id})
  USING INDEX SEEK past:AgreementVersion(agreement)
  WHERE past.recorded_to = $forever
  SET past.recorded_to = $at
}
CALL (agreement) {
  CREATE (version:AgreementVersion)
  SET version = $entry, version.id = $entry.id + '/' + toString($entry.number), version.agreement = agreement.id,
    version.recorded_from = $at, version.recorded_to = $forever
}
CALL (agreement) {
  MATCH (term:AgreementTerm {agreement: agreement.id})
  USING INDEX SEEK term:AgreementTerm(agreement)
  DELETE term
}
UNWIND $terms AS row
CREATE (term:AgreementTerm)
SET term = row, term.agreement = $entry.id, term.purposes = $entry.purposes, term.parties = $entry.parties,
  term.serves_from = $serves_from
