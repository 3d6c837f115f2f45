"""What a customer is worth: recency, frequency, monetary value, classes, lifetime value (ANA-2)."""
