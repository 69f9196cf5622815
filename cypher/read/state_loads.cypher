// What was loaded of one feed before: enough to know whether a file is new, done or half done.
// access: read
// param $feed: string
// param $file_hash: string, keyed hash of the file
// column done: boolean, this very file was fully loaded once
// column done_last: boolean, and nothing of the feed was fully loaded after it
// column rows_before: integer, that were read of the file that was fully loaded last, 0 if none was
// column unfinished: optional string, id of the feed's newest load if it is of this file and not finished
OPTIONAL MATCH (load:Load {feed: $feed})
WITH load ORDER BY load.sequence DESC
WITH collect(load) AS loads
WITH loads, [load IN loads WHERE load.completed_at IS NOT NULL] AS finished
RETURN any(load IN finished WHERE load.file_hash = $file_hash) AS done,
       coalesce(finished[0].file_hash = $file_hash, false) AS done_last, coalesce(finished[0].rows, 0) AS rows_before,
       CASE WHEN loads[0].file_hash = $file_hash AND loads[0].completed_at IS NULL THEN loads[0].id END
         AS unfinished
