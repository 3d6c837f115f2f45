"""E-mail in and out (SRV-5)."""
