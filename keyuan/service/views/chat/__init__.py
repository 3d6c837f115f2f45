"""Pages of web chat: the visitor's, the representative's console, the supervisor's board (SRV-5)."""
