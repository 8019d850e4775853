"""承办: who has a matter or an order in hand, who takes it over, what leavers leave behind."""
