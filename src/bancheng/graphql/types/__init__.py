"""What queries answer with: one file a subject."""
