"""Use cases: the way a command goes, and the ports it needs."""
