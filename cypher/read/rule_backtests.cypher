// What backtests came to, the latest of each text of each rule.
// access: read
// param $rule: optional string, only of this rule's version
// column rule: string, its version
// column digest: string, of its text
// column start: date-time
// column end: date-time
// column as_happened: boolean
// column at: date-time, when it was run
// column result: string, as JSON
MATCH (backtest:RuleBacktest)
WHERE $rule IS NULL OR backtest.rule = $rule
RETURN backtest.rule AS rule, backtest.digest AS digest, backtest.start AS start, backtest.end AS end,
  backtest.as_happened AS as_happened, backtest.at AS at, backtest.result AS result
ORDER BY rule, at DESC
