"""The API: mutations derived from the registry of acts, queries over the read models."""
