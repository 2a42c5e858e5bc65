"""One typed ledger for every Sage."""
