// An address record that is not shielded, and not spoken of by shielded people or contacts only.
said.shielded IS NULL AND (
  EXISTS { (said)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
  OR EXISTS { (said)-->(c:Contact) WHERE c.shielded IS NULL }
  OR NOT EXISTS { (said)<-[:LIVES_AT]-() } AND NOT EXISTS { (said)-->(:Contact) })
