// What was changed after some transaction, for those who keep people or addresses in memory.
// access: read
// param $after: integer, the last transaction that is known
// param $kind: string, person or address
// column tick: integer, number of the last transaction
// column records: list of list of string, those that each transaction changed
// column everything: boolean, all evidence was weighed anew
// column model: string, version of the model from which the area's was learnt; '' while evidence is weighed anew
MATCH (lease:Lease {id: 'writer'})
WITH lease.tick AS tick
OPTIONAL MATCH (change:Change)
USING INDEX SEEK change:Change(tick)
WHERE change.tick > $after AND change.kind = $kind
WITH tick, collect(change) AS changes
OPTIONAL MATCH (model:Model {kind: $kind})
RETURN tick, [change IN changes | change.records] AS records,
       any(change IN changes WHERE change.everything) AS everything, coalesce(model.base, '') AS model
