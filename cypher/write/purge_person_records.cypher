// Person records, really deleted: versions, homes, evidence, decisions, who they were, and what others state of them.
// access: write
// param $records: list of string
// column records: integer
// column versions: integer
// column stays: integer
// column evidence: integer
// column decisions: integer
// column relations: integer
CALL () {
  // Alerts that rest on what this record was said to be part of; those that rest on others' part of it come again.
  UNWIND $records AS id
  MATCH (record:PersonRecord {id: id})-->(contact:Contact)-[:GROUNDS]->(alert:Alert)
  USING INDEX SEEK record:PersonRecord(id)
  WITH DISTINCT contact, alert
  WITH collect(DISTINCT contact.version) AS versions, collect(DISTINCT alert) AS alerts
  FOREACH (_ IN CASE WHEN size(alerts) = 0 THEN [] ELSE [1] END |
    CREATE (:AlertDue {due_at: datetime({epochMillis: 0}), versions: versions, records: [], around: []}))
  FOREACH (alert IN alerts | DETACH DELETE alert)
}
UNWIND $records AS id
MATCH (record:PersonRecord {id: id})
USING INDEX SEEK record:PersonRecord(id)
OPTIONAL MATCH (named:RelatedId {id: id})
USING INDEX SEEK named:RelatedId(id)
WITH record, named, [(record)-[:VERSION]->(version:RecordVersion) | version] AS said,
     COUNT { (record)-[:LIVES_AT]->() } AS stays, COUNT { (record)-[:EVIDENCE]-() } AS evidence,
     COUNT { (record)-[:STEWARD]-() } AS decisions,
     COUNT { (record)-[:RELATED]->() } + COUNT { (named)<-[:RELATED]-() } AS relations
WITH record, named, said, stays, evidence, decisions, relations, size(said) AS versions
FOREACH (version IN said | DETACH DELETE version)
DETACH DELETE record, named
RETURN count(*) AS records, sum(versions) AS versions, sum(stays) AS stays, sum(evidence) AS evidence,
       sum(decisions) AS decisions, sum(relations) AS relations
