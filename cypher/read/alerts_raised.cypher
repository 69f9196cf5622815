// Alerts that were raised, or stand again, since some write transaction, in the order of that: open ones, with what
// `alerts` gives of each. Those that `alerts` passes over are passed over here too.
// access: read
// param $after: integer, number of the transaction that raised the last of the page before; ties are told apart by id
// param $after_id: string, its id
// param $first: integer, alerts a page
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $forever: date-time, the end of an interval that has not ended
// column alert: map, its properties
// column about: list of string, whom it is about, or was when it was taken back
// column contacts: list of map, {id, type, agency, at, severity, team, open, listed}, the oldest first
// column agencies: list of map, {id, name, kind, team}
// column teams: list of map, {id, agency, name, phone, hours}; the owner's always
// column acts: list of map, {by, at, disposition}, what people said of it, the first first
// part: alert_covering
MATCH (alert:Alert)
USING INDEX alert:Alert(turned_in)
WHERE alert.turned_in >= $after AND (alert.turned_in > $after OR alert.id > $after_id)
  AND alert.retracted_at IS NULL AND alert.acknowledged_at IS NULL
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
WITH alert, covering, COLLECT {
  // part: alert_about_seen
  RETURN DISTINCT entity.id ORDER BY entity.id
} AS about
WHERE size(about) > 0
// part: alert_rests_on
WITH alert, about, contacts ORDER BY alert.turned_in, alert.id LIMIT $first
// part: alert_whose
// part: whom_to_ring
RETURN alert{.*} AS alert, about, contacts, agencies, duty_teams + own_teams + owner_team AS teams, acts
ORDER BY alert.turned_in, alert.id
