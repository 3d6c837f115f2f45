"""Organisation: the unit tree, people and their posts, roles, agents and partners, sign-in (PLT-3, PLT-4, PLT-5)."""
