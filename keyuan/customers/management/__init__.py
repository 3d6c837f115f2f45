"""What the customers' context offers on the command line."""
