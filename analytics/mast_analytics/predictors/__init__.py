"""Predictors of escalation, evaluated rather than sold: figures of groups, and no way to one person's."""
