// Cohorts of which figures were released, in their order: bits over keyed digests, no id.
// access: read
// param $after: integer, number of the last one that is known
// param $limit: integer
// column number: integer
// column question: string
// column at: date-time
// column policy: string
// column people: bytes, digests that were new with it, 16 bytes each; of places where there are areas
// column paths: bytes, digests of people with their paths that were new with it
// column owners: bytes, whose each new path is
// column who: bytes, bits over all digests of people
// column what: bytes, bits over all digests of paths
// column seal: bytes
// column areas: bytes, of an entry of places in which areas they were, else null
MATCH (cohort:ResearchCohort)
USING INDEX SEEK cohort:ResearchCohort(number)
WHERE cohort.number > $after
RETURN cohort.number AS number, cohort.question AS question, cohort.at AS at, cohort.policy AS policy,
  cohort.people AS people, cohort.paths AS paths, cohort.owners AS owners, cohort.who AS who, cohort.what AS what,
  cohort.seal AS seal, cohort.areas AS areas
ORDER BY number
LIMIT $limit
