// Rules by their version, what a backtest of one came to, alerts, and notes of what they have to be worked out for.
CREATE CONSTRAINT trigger_rule_id IF NOT EXISTS FOR (n:TriggerRule) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT rule_backtest_id IF NOT EXISTS FOR (n:RuleBacktest) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT alert_id IF NOT EXISTS FOR (n:Alert) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT alert_act_id IF NOT EXISTS FOR (n:AlertAct) REQUIRE n.id IS UNIQUE;
CREATE INDEX alert_at IF NOT EXISTS FOR (n:Alert) ON (n.at);
CREATE INDEX alert_rule IF NOT EXISTS FOR (n:Alert) ON (n.rule);
CREATE INDEX alert_retracted IF NOT EXISTS FOR (n:Alert) ON (n.retracted_at);
CREATE INDEX alert_turned_in IF NOT EXISTS FOR (n:Alert) ON (n.turned_in);
CREATE INDEX alert_untold IF NOT EXISTS FOR (n:Alert) ON (n.untold);
CREATE INDEX alert_due_at IF NOT EXISTS FOR (n:AlertDue) ON (n.due_at);
