"""Ways to other people's servers that the service desk uses."""
