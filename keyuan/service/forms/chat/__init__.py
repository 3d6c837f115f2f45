"""Words and forms of web chat."""
