// Classes of data that a legal hold keeps whoever they are about.
// access: read
// column data_classes: list of string
MATCH (hold:Mark {kind: 'hold'})
WHERE hold.everywhere AND hold.lifted_at IS NULL
RETURN collect(DISTINCT hold.data_class) AS data_classes
