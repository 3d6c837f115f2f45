"""What is done about the renewal of cover (POL-4)."""
