// Alerts, newest first, with whom they are about and what they rest on. Those that rest on a contact that is shielded, or
// are about nobody who may be seen, are passed over. Of those that rest on what the caller may not see only that is said.
// access: read
// param $id: string, of one alert, or ''
// param $state: string, open, acknowledged or retracted, or '' for all
// param $rule: string, only of this rule's version, or ''
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
// column contacts: list of map, {id, type, agency, at, severity, team, open, full}, the oldest first; none when not visible
// column visible: boolean
CALL () {
  MATCH (g:AgreementTerm) WHERE g.id > ''
  WITH g, g.view = 'full' AND $full AS full
  WHERE $purpose IN g.purposes AND ($agency = '' OR $agency IN g.parties)
    AND g.serves_from <= datetime($serving_at) AND g.serves_until > datetime($serving_at)
  RETURN collect({id: g.agreement, data_class: g.data_class, parties: g.parties, full: full,
    from: datetime($today) - duration({months: CASE WHEN full THEN g.months ELSE g.latest_months END})}) AS covering
}
MATCH (alert:Alert)
USING INDEX alert:Alert(at)
WHERE alert.at <= $before AND (alert.at < $before OR alert.id < $before_id)
  AND ($id = '' OR alert.id = $id) AND ($rule = '' OR alert.rule = $rule)
  AND ($state = '' OR $state = CASE WHEN alert.retracted_at IS NOT NULL THEN 'retracted'
    WHEN alert.acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'open' END)
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
WITH alert, covering, COLLECT {
  // part: alert_about_seen
  RETURN DISTINCT entity.id ORDER BY entity.id
} AS about
WHERE size(about) > 0
WITH alert, covering, about ORDER BY alert.at DESC, alert.id DESC LIMIT $first
CALL (alert, covering) {
  MATCH (alert)<-[:GROUNDS]-(version:Contact)
  WITH covering, version ORDER BY version.recorded_to DESC, version.version DESC
  WITH covering, version.id AS id, head(collect(version)) AS contact
  WITH contact, [g IN covering WHERE contact.data_class IN $data_classes
    AND g.id = contact.agreement AND g.data_class = contact.data_class AND contact.agency IN g.parties
    AND (contact.status = 'open' OR contact.at >= g.from)] AS by
  WITH contact, size(by) > 0 AS visible, any(g IN by WHERE g.full) AS full
  ORDER BY contact.at, contact.id
  RETURN all(each IN collect(visible) WHERE each) AS visible, collect(contact{.id, .type, .agency, .severity, .team,
    at: contact.at, open: contact.status = 'open', full: full}) AS contacts
}
RETURN alert{.*} AS alert, about, CASE WHEN visible THEN contacts ELSE [] END AS contacts, visible
ORDER BY alert.at DESC, alert.id DESC
