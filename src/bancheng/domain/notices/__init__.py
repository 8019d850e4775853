"""通知: that the hall itself tells people, units and systems what became of a matter."""
