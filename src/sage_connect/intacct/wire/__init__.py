"""What travels to and from the XML gateway of Sage Intacct."""
