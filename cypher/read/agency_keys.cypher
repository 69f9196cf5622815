// The public keys by which agencies open their own references, those in force and those that ended.
// access: read
// column agency: string
// column key: string, its id
// column public: bytes
// column added_at: date-time
// column ended_at: optional date-time
MATCH (key:AgencyKey)
RETURN key.agency AS agency, key.key AS key, key.public AS public, key.added_at AS added_at, key.ended_at AS ended_at
ORDER BY agency, added_at, key
