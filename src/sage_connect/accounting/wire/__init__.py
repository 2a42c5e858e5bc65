"""Sage Accounting's own words: shapes, operations and limits."""
