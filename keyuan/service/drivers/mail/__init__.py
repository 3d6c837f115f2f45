"""Reading mailboxes (SRV-5)."""
