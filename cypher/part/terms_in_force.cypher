// Terms of agreements under which a caller asks, and of those that serve them from which day on contacts are shown.
CALL () {
  MATCH (g:AgreementTerm) WHERE g.id > ''
  WITH g, $purpose IN g.purposes AND ($agency = '' OR $agency IN g.parties)
    AND g.serves_from <= datetime($serving_at) AND g.serves_until > datetime($serving_at) AS serves,
    g.view = 'full' AND $full AS full
  RETURN collect(g{id: g.agreement, .data_class, .purposes, .parties, until: g.serves_until.epochMillis, serves: serves}) AS agreements,
    collect(CASE WHEN serves THEN g{id: g.agreement, .data_class, .parties, full: full,
      months: CASE WHEN g.months < 12 THEN g.months ELSE 12 END,
      from: datetime($today) - duration({months: CASE WHEN full THEN g.months ELSE g.latest_months END})} END) AS covering
}
