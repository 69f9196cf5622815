// What contacts that stay touch no more.
// access: write
// param $touches: list of map, {place, version} of an address record and a contact
UNWIND $touches AS each
MATCH (contact:Contact {version: each.version})<-[touch]-(place:AddressRecord)
USING INDEX SEEK contact:Contact(version)
WHERE place.id = each.place
DELETE touch
