"""What every resource of the API shares: who calls, pages, idempotency, errors, rate limits."""
