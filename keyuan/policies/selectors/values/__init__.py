"""What contracts are worth on a day, from the tables of their products (POL-5)."""
