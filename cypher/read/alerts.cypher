// Alerts, newest first, with whom they are about and what they rest on. Those that rest on a contact that is shielded or
// that the caller may not see, or are about nobody who may be seen, are passed over.
// access: read
// param $state: string, open, acknowledged or retracted, or '' for all
// param $rule: string, only of this rule's version, or ''
// param $severity: string, only of this one, or ''
// param $undelivered: boolean, only those that were laid aside: the webhook never took them
// param $before: date-time, of the last of the page before; ties are told apart by id
// param $before_id: string, its id
// param $first: integer, alerts a page, and one more
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
USING INDEX alert:Alert(at)
WHERE alert.at <= $before AND (alert.at < $before OR alert.id < $before_id)
  AND ($rule = '' OR alert.rule = $rule) AND ($severity = '' OR alert.severity = $severity)
  AND ($state = '' OR $state = CASE WHEN alert.retracted_at IS NOT NULL THEN 'retracted'
    WHEN alert.acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'open' END)
  AND (NOT $undelivered OR alert.dead = true)
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
WITH alert, covering, COLLECT {
  // part: alert_about_seen
  RETURN DISTINCT entity.id ORDER BY entity.id
} AS about
WHERE size(about) > 0
// part: alert_rests_on
WITH alert, about, contacts ORDER BY alert.at DESC, alert.id DESC LIMIT $first
// part: alert_whose
// part: whom_to_ring
RETURN alert{.*} AS alert, about, contacts, agencies, duty_teams + own_teams + owner_team AS teams, acts
ORDER BY alert.at DESC, alert.id DESC
