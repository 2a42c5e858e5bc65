"""Sage Intacct's own words: functions, objects and replies."""
