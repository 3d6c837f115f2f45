"""Records of consents, refusals, rules and permits."""
