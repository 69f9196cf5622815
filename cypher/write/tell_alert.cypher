// An alert was told of, or could not be: then it is tried again, or laid aside for somebody to look at.
// access: write
// param $id: string
// param $turn: integer, which of its turns was told
// param $told: boolean
// param $dead: boolean, it is not tried again
// param $try_at: optional date-time
// param $at: date-time
MATCH (alert:Alert {id: $id})
USING INDEX SEEK alert:Alert(id)
WHERE alert.turn = $turn
FOREACH (_ IN CASE WHEN $told THEN [1] ELSE [] END |
  SET alert.told_at = $at
  REMOVE alert.untold, alert.tries, alert.try_at)
FOREACH (_ IN CASE WHEN $told THEN [] ELSE [1] END |
  SET alert.tries = coalesce(alert.tries, 0) + 1, alert.try_at = $try_at,
    alert.dead = CASE WHEN $dead THEN true END)
