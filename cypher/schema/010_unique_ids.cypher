// Every thing that is found by its id has one node for it, also when two writers MERGE at once.
// A version of a record is reached from its record: an index over all of them would only be written.
CREATE CONSTRAINT person_record_id IF NOT EXISTS FOR (n:PersonRecord) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT address_record_id IF NOT EXISTS FOR (n:AddressRecord) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT contact_version IF NOT EXISTS FOR (n:Contact) REQUIRE n.version IS UNIQUE;
CREATE CONSTRAINT person_id IF NOT EXISTS FOR (n:Person) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT address_id IF NOT EXISTS FOR (n:Address) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT household_id IF NOT EXISTS FOR (n:Household) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT agency_id IF NOT EXISTS FOR (n:Agency) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT team_id IF NOT EXISTS FOR (n:Team) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT agreement_id IF NOT EXISTS FOR (n:Agreement) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT load_id IF NOT EXISTS FOR (n:Load) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT lease_id IF NOT EXISTS FOR (n:Lease) REQUIRE n.id IS UNIQUE;
