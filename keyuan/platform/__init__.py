"""What every context stands on: audit, sealing, jobs, events, files, imports, lists, live updates, page shell."""
