// Contacts side by side, in columns: since when each is on record, and which records it touches.
  [contact IN page | contact.recorded_from.epochMillis] AS recorded_from,
  [contact IN page | contact.recorded_to.epochMillis] AS recorded_to,
  [contact IN page | reduce(said = [], pair IN [(record:PersonRecord|AddressRecord)-[touch]->(contact) |
    [record.id, touch.role]] | said + pair)] AS touches
