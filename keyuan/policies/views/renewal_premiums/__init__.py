"""Pages of renewal premiums and their reminders (POL-3)."""
