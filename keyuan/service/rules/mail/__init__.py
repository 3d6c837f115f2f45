"""What a mail says and what is done with it, as plain functions (SRV-5)."""
