"""办件日志: the event logs of other systems become past cases."""
