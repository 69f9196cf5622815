"""Subscriptions: what somebody is told of as it happens, under the rules of every other question."""
