CALL () {
  // The terms of agreements under which the caller may be shown contacts, and from which day on by each.
  MATCH (g:AgreementTerm) WHERE g.id > ''
  WITH g, g.view = 'full' AND $full AS full
  WHERE $purpose IN g.purposes AND ($agency = '' OR $agency IN g.parties)
    AND g.serves_from <= datetime($serving_at) AND g.serves_until > datetime($serving_at)
  RETURN collect({id: g.agreement, data_class: g.data_class, parties: g.parties, full: full,
    from: datetime($today) - duration({months: CASE WHEN full THEN g.months ELSE g.latest_months END})}) AS covering
}
