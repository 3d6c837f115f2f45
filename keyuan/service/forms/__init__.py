"""Forms and words of the service desk."""
