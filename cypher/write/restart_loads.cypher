// Loads that are not finished begin anew when their file comes again: what was deleted, or stays out now, shifts where
// its batches are cut, and may be what a later one needs. What is there already is not changed by it.
// access: write
MATCH (load:Load)
WHERE load.completed_at IS NULL AND load.batches > 0
SET load.batches = 0
