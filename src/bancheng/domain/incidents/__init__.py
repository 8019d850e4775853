"""突发事件: what happens in the hall that must be reported up at once, and what is learnt of it."""
