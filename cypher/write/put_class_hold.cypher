// A legal hold on a class of data, whoever it is about.
// access: write
// param $id: string, of the mark
// param $data_class: string
// param $by: string, id of who decided
// param $reason: bytes, sealed for $id
// param $at: date-time, when this is recorded
MERGE (mark:Mark {id: $id})
ON CREATE SET mark.kind = 'hold', mark.data_class = $data_class, mark.everywhere = true, mark.by = $by,
  mark.reason = $reason, mark.at = $at
