"""What a contract is worth and what its changes cost: pure rules, every amount in 分 (POL-5, POL-6)."""
