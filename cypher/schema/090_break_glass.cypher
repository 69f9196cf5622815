// Broken glasses by their id, and those that wait for a review.
CREATE CONSTRAINT break_glass_id IF NOT EXISTS FOR (n:BreakGlass) REQUIRE n.id IS UNIQUE;
CREATE INDEX break_glass_waiting IF NOT EXISTS FOR (n:BreakGlass) ON (n.waiting);
