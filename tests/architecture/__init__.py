"""Guards of the graph and the budgets: what no single context can see."""
