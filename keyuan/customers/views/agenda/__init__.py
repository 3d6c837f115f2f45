"""Pages of tasks: the rules that make them, the list of all, the supervisor's board (CUS-13)."""
