"""What a ledger is: one declaration, from which everything that must know of it follows."""
