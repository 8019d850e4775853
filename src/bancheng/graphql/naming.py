"""How Python names read in GraphQL."""

import re


def lower_camel(name: str) -> str:
    """``ReportTicket`` and ``report_ticket`` as ``reportTicket``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).split("_")
    return words[0].lower() + "".join(word.capitalize() for word in words[1:])


def field_path(path: str | None) -> str | None:
    """A path into a command as the client wrote it: ``reporter.id_number`` → camel case."""
    return None if path is None else ".".join(lower_camel(part) for part in path.split("."))
