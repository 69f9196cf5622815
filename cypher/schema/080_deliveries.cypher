// Receipts: which agency delivered what, and what became of it.
CREATE CONSTRAINT delivery_id IF NOT EXISTS FOR (n:Delivery) REQUIRE n.id IS UNIQUE;
CREATE INDEX delivery_feed IF NOT EXISTS FOR (n:Delivery) ON (n.feed);
