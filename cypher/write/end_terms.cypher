// Terms that serve nobody from now on, until their agreement is reviewed or stated anew.
// access: write
// param $ids: list of string, of terms
UNWIND $ids AS id
MATCH (term:AgreementTerm {id: id})
USING INDEX SEEK term:AgreementTerm(id)
SET term.serves_until = term.serves_from
