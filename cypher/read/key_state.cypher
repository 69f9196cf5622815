// Under which key version the graph is, and how far a rotation has come. Before the first one the records say it.
// access: read
// column version: optional integer, in force; none while nothing is loaded
// column target: optional integer, the version that a rotation under way leads to
// column phase: optional string, what is being rotated; '' when nothing is
// column after: optional string, the last id of the phase that is done
// column changed: optional integer, nodes and edges changed by the last rotation
// column begun_at: optional date-time, of the last rotation
// column ended_at: optional date-time
OPTIONAL MATCH (state:KeyState {id: 'keys'})
CALL (state) {
  WITH state WHERE state IS NULL
  MATCH (version:RecordVersion)
  RETURN version.key_version AS found LIMIT 1
  UNION
  WITH state WHERE state IS NOT NULL
  RETURN state.version AS found
}
RETURN found AS version, state.target AS target, state.phase AS phase, state.after AS after,
       state.changed AS changed, state.begun_at AS begun_at, state.ended_at AS ended_at
