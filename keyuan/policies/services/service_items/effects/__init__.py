"""What each item does to the contract or its people, inside the transaction of the decision (POL-5)."""
