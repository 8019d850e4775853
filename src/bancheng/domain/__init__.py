"""Facts and rules of the hall. Pure: no I/O, no clock, no randomness."""
