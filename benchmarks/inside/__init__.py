"""Programs that run with a book's environment and answer in JSON; each is a process of its own."""
