"""Sage Accounting v3.1, by REST."""
