// How many pairs of address records wait for somebody to look, by what a look is worth.
// access: read
// param $bounds: list of integer, values from which a band begins, rising
// column band: integer, how many bounds its values reach
// column pairs: integer
MATCH (left:AddressRecord)-[evidence:EVIDENCE]->(right:AddressRecord)
USING INDEX evidence:EVIDENCE(address_review)
WHERE evidence.address_review > 0 AND all(said IN [left, right] WHERE
    // part: address_spoken_of
  )
RETURN size([bound IN $bounds WHERE evidence.address_review >= bound]) AS band, count(*) AS pairs
