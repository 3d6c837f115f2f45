"""What reads and writes files and engines for analytics."""
