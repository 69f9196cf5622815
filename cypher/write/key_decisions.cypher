// Reasons of stewards' decisions under another key version.
// access: write
// param $rows: list of map, {edge, reason, revoked_reason}
UNWIND $rows AS row
MATCH ()-[decision:STEWARD]->() WHERE elementId(decision) = row.edge
SET decision.reason = row.reason, decision.revoked_reason = row.revoked_reason
