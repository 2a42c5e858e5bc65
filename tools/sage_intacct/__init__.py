"""What writes the typed code of Sage Intacct."""
