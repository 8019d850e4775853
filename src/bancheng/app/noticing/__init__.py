"""通知: whom the hall tells what, of which event, and by which ways. Pure, like the policies."""
