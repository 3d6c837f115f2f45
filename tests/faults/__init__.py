"""The system is killed at random moments while people work, and what was acknowledged is proved to be there once."""
