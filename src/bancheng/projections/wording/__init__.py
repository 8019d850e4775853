"""叙述: what the trail says of each event, as data; a family of events a file."""
