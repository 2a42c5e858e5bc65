"""Sage Intacct, by XML."""
