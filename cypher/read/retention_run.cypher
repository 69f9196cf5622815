// When retention was last seen to.
// access: read
// column as_at: optional integer, milliseconds since 1970, the moment as of which everything was looked at
OPTIONAL MATCH (run:RetentionRun {id: 'last'})
RETURN run.as_at.epochMillis AS as_at
