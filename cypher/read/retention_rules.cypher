// How long each agreement lets the contacts of each class of data be kept, and of whose: by the last version that spoke
// of the class, and of every agency that ever was a party. Sharing less than before lets nothing be kept for longer.
// access: read
// column agreement: string
// column data_class: string
// column months: integer
// column parties: list of string
MATCH (version:AgreementVersion) WHERE version.agreement > ''
WITH version ORDER BY version.number DESC
WITH version.agreement AS agreement, collect(version) AS versions
CALL (versions) {
  UNWIND versions AS version
  UNWIND version.parties AS party
  WITH DISTINCT party ORDER BY party
  RETURN collect(party) AS parties
}
CALL (versions) {
  UNWIND versions AS version
  UNWIND range(0, size(version.data_classes) - 1) AS place
  RETURN version.data_classes[place] AS data_class, head(collect(version.retention_months[place])) AS months
}
RETURN agreement, data_class, months, parties
ORDER BY agreement, data_class
