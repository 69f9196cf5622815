// When somebody first put their name to an alert; no row where there is no such alert, nobody has, or it rests on
// something shielded.
// access: read
// param $id: string, of the alert
// column at: date-time
MATCH (alert:Alert {id: $id})
USING INDEX SEEK alert:Alert(id)
WHERE alert.acknowledged_at IS NOT NULL
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
RETURN alert.acknowledged_at AS at
