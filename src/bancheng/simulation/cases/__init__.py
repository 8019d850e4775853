"""How a case may live, stretch by stretch, as `Narrator` tells it for tickets."""
