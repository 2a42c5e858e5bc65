"""Sage 100 Comptabilité (France), by import file."""
