"""Disclosure control: what may be shown of counts of people, under a policy that has a name and a source."""
