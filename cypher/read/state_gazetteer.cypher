// Whether records of a gazetteer wait to be resolved, and whether some are resolved already.
// access: read
// param $feed: string, the feed of a gazetteer
// param $gazetteer: string, the reserved agency of a gazetteer
// param $forever: date-time, the end of an interval that has not ended
// column waiting: boolean
// column resolved: boolean
RETURN EXISTS {
  MATCH (record:AddressRecord)
  WHERE record.pending > 0 AND record.agency = $gazetteer
} AS waiting, EXISTS {
  MATCH (record:AddressRecord)-[resolves:RESOLVES_TO]->(:Address)
  WHERE record.feed = $feed AND record.id > '' AND resolves.recorded_to = $forever
} AS resolved
