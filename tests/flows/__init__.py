"""Stories across contexts."""
