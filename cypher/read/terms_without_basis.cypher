// Terms in force that must serve nobody: of a class without a legal gateway, or of an agreement that is due for no review.
// An earlier version of this service let them serve.
// access: read
// column id: string
MATCH (term:AgreementTerm)
WHERE term.id > '' AND term.serves_until > term.serves_from
MATCH (agreement:Agreement {id: term.agreement})
WHERE agreement.review_by IS NULL OR trim(coalesce(term.gateway, '')) = ''
RETURN term.id AS id
ORDER BY id
