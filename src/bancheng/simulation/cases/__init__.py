"""How a case may live: a file for each stretch of it, and `lives` that joins them."""
