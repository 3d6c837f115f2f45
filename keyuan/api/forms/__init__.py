"""Forms of the API's pages."""
