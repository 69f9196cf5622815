// Retention was seen to: as of then nothing is kept past it. One that looked as of an earlier moment takes nothing back.
// access: write
// param $as_at: date-time, the moment as of which everything was looked at
MERGE (run:RetentionRun {id: 'last'})
SET run.as_at = CASE WHEN run.as_at > $as_at THEN run.as_at ELSE $as_at END
