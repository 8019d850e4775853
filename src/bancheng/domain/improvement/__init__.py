"""改进事项: from one matter to all of its kind (从一件事到一类事)."""
