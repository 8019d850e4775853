"""How the acts on what is neither ticket nor case are filled in: 帮办、突发事件、改进事项."""

from collections.abc import Callable, Mapping

from .api_client import Api
from .assistance_ways import assistance_ways
from .improvement_acts import improvement_ways
from .incident_acts import incident_ways
from .ways import Matter, Way


def other_ways(reported: Callable[[Api], Matter]) -> Mapping[str, Way]:
    """By the names of the mutations; ``reported`` makes a ticket."""
    return {**assistance_ways(reported), **incident_ways(), **improvement_ways()}
