// Say under which key version the graph is, and how far a rotation has come.
// access: write
// param $version: integer
// param $target: optional integer
// param $phase: string
// param $after: string
// param $changed: integer
// param $begun_at: optional date-time
// param $ended_at: optional date-time
MERGE (state:KeyState {id: 'keys'})
SET state.version = $version, state.target = $target, state.phase = $phase, state.after = $after,
    state.changed = $changed, state.begun_at = $begun_at, state.ended_at = $ended_at
