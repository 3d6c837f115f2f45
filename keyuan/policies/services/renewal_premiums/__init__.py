"""Reminding of renewal premiums: messages, calls, promises, and the night's reminders (POL-3)."""
