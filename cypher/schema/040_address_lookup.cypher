// A typed address is found through keyed tokens, one index a stage of the search.
CREATE INDEX address_uprn IF NOT EXISTS FOR (n:AddressRecord) ON (n.uprn);
CREATE INDEX address_place IF NOT EXISTS FOR (n:AddressRecord) ON (n.place);
CREATE INDEX address_street_place IF NOT EXISTS FOR (n:AddressRecord) ON (n.street_place);
CREATE INDEX address_postcode_place IF NOT EXISTS FOR (n:AddressRecord) ON (n.postcode_place);
CREATE INDEX address_building IF NOT EXISTS FOR (n:AddressRecord) ON (n.building);
CREATE INDEX address_postcode_building IF NOT EXISTS FOR (n:AddressRecord) ON (n.postcode_building);
CREATE INDEX address_street_building IF NOT EXISTS FOR (n:AddressRecord) ON (n.street_building);
CREATE INDEX address_street_start IF NOT EXISTS FOR (n:AddressRecord) ON (n.street_start);
CREATE INDEX address_street_end IF NOT EXISTS FOR (n:AddressRecord) ON (n.street_end);
CREATE INDEX address_area_building IF NOT EXISTS FOR (n:AddressRecord) ON (n.area_building);
CREATE INDEX address_building_start IF NOT EXISTS FOR (n:AddressRecord) ON (n.building_start);
CREATE INDEX address_building_end IF NOT EXISTS FOR (n:AddressRecord) ON (n.building_end);
CREATE INDEX address_written IF NOT EXISTS FOR (n:AddressRecord) ON (n.written);
// A gazetteer's property and what it is a part of.
CREATE INDEX address_parent_uprn IF NOT EXISTS FOR (n:AddressRecord) ON (n.parent_uprn);
