"""The parts of the generator for Sage Intacct."""
