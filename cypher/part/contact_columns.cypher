// Contacts side by side, in columns: what each says.
  [contact IN page | contact.version] AS versions,
  [contact IN page | contact.id] AS ids, [contact IN page | contact.type] AS types,
  [contact IN page | contact.agency] AS agencies, [contact IN page | contact.data_class] AS data_classes,
  [contact IN page | coalesce(contact.agreement, '')] AS agreements,
  [contact IN page | contact.severity] AS severities, [contact IN page | coalesce(contact.category, '')] AS categories,
  [contact IN page | coalesce(contact.team, '')] AS teams, [contact IN page | contact.at.epochMillis] AS at,
  [contact IN page | coalesce(contact.closed_at.epochMillis, -1)] AS closed_at,
  [contact IN page | contact.status = 'open'] AS open,
