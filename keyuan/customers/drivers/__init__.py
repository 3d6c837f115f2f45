"""Engines outside the database that the customers' services run."""
