"""How the law counts time: calendars, limits, due dates and why, when to warn, rule books."""
