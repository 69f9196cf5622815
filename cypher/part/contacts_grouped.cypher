CALL (contacts, window_from) {
  // The rows come newest first, and collect keeps their order: the first of each group is its latest. What an agency
  // has is counted as far back as all of it is shown: no number is of twelve months where an agreement shows six.
  UNWIND contacts AS row
  WITH row.c.agency AS agency, min(row.months) AS months, collect(row) AS rows
  WITH agency, months, rows, CASE WHEN months < 12 THEN datetime($today) - duration({months: months}) ELSE window_from END AS counted_from
  UNWIND rows AS row
  // Apart from the parts, each contact is once in all of it and once in one of two: whether it is of now or only of before.
  UNWIND row.parts + ['all', CASE WHEN row.parts = ['former_resident'] THEN 'before' ELSE 'now' END] AS part
  WITH part, agency, months, counted_from, row.c.type AS type, collect(row) AS held
  RETURN collect({part: part, agency: agency, type: type, latest: held[0], months: months,
    in_window: size([row IN held WHERE row.at >= counted_from]), open: size([row IN held WHERE row.open])}) AS groups
}
