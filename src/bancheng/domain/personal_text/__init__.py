"""Free text that names people: what of it is about a person, and whether it tells of one."""
