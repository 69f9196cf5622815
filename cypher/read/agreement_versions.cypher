// Everything that the register ever said of one agreement, oldest first.
// access: read
// param $id: string, the agreement
// column entry: map, as of read.agreements
MATCH (version:AgreementVersion {agreement: $id})
RETURN version{.*, id: version.agreement} AS entry
ORDER BY version.number
