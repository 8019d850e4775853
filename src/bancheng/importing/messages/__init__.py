"""留言: messages of another system become tickets; those that were answered with their reply."""
