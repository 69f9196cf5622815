// Which of some contacts, and which of some records, a legal hold keeps: a contact is kept whole, with every version
// and whatever these touch, by a hold on the class of any version, on a record that it touches, or on whoever that is.
// access: read
// param $contacts: list of string, ids of contacts
// param $persons: list of string, ids of person records
// param $addresses: list of string, ids of address records
// param $data_classes: list of string, held of everybody
// param $forever: date-time, the end of an interval that has not ended
// column contacts: list of string, of those asked for
// column records: list of string, of those asked for
CALL () {
  UNWIND $contacts AS contact
  RETURN contact, null AS record
UNION
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})-->(touched:Contact)
  USING INDEX SEEK record:PersonRecord(id)
  RETURN touched.id AS contact, record.id AS record
UNION
  UNWIND $addresses AS id
  MATCH (record:AddressRecord {id: id})-->(touched:Contact)
  USING INDEX SEEK record:AddressRecord(id)
  RETURN touched.id AS contact, record.id AS record
}
WITH contact, collect(record) AS records
WHERE EXISTS {
  MATCH (version:Contact)
  USING INDEX SEEK version:Contact(version)
  WHERE version.version STARTS WITH contact + '.' AND (
    version.data_class IN $data_classes
    OR EXISTS {
      MATCH (version)<--(touched)
      WHERE '*' IN touched.held OR version.data_class IN touched.held
    }
    OR EXISTS {
      MATCH (version)<--(touched)-[ours:RESOLVES_TO]->()<-[theirs:RESOLVES_TO]-(other)
      WHERE ours.recorded_to = $forever AND theirs.recorded_to = $forever
        AND ('*' IN other.held OR version.data_class IN other.held)
    })
}
WITH collect(contact) AS held, collect(records) AS touched
RETURN [contact IN held WHERE contact IN $contacts] AS contacts, reduce(all = [], some IN touched | all + some) AS records
