"""Decisions about web chat: what is hidden, who gets whom, what silence leads to."""
