"""Free text that names people: what of it is about a person."""
