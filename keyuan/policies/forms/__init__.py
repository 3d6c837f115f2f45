"""Shapes of the policies' forms: a contract with its rows, and the small forms about one policy."""
