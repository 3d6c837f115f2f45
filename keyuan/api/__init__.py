"""Open API (PLT-14): versioned resources for machines, and events sent out as webhooks."""
