"""What is to be done by rule: task rules, the nights that make tasks, and closing what lost its reason (CUS-13)."""
