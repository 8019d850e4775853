"""The clock of the law: calendars, limits, stopwatches, explanations, warnings and rule books."""
