"""What reaches beyond this machine."""
