"""办成: an event-sourced case-tracking engine for government service halls."""
