// What a backtest of one rule came to; the latest of each text of a rule is kept.
// access: write
// param $id: string, the rule's version and the digest of its text
// param $rule: string, the rule's version
// param $digest: string, of the text
// param $start: date-time
// param $end: date-time
// param $as_happened: boolean
// param $at: date-time, when it was run
// param $result: string, as JSON
MERGE (backtest:RuleBacktest {id: $id})
SET backtest.rule = $rule, backtest.digest = $digest, backtest.start = $start, backtest.end = $end,
  backtest.as_happened = $as_happened, backtest.at = $at, backtest.result = $result
