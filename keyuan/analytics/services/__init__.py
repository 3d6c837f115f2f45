"""What changes something in analytics."""
