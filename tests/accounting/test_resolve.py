"""Where documents go in a business of Sage Accounting."""
