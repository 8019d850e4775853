"""帮办: the hall helps somebody through all that they have to get done, by mandate."""
