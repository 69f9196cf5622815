// One node says under which key version the graph is, and how far a rotation has come.
CREATE CONSTRAINT key_state_id IF NOT EXISTS FOR (n:KeyState) REQUIRE n.id IS UNIQUE;
// Public keys by which agencies open their own references; one of each is in force.
CREATE CONSTRAINT agency_key_id IF NOT EXISTS FOR (n:AgencyKey) REQUIRE n.id IS UNIQUE;
CREATE INDEX agency_key_agency IF NOT EXISTS FOR (n:AgencyKey) ON (n.agency);
