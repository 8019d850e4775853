"""Files of other systems come in, through the ordinary acts: messages, items, logs of cases."""
