"""Version 1 of the API: one file a resource, each a thin face over services and selectors."""
