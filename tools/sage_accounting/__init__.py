"""How the modules of Sage Accounting are written from the table of facts."""
