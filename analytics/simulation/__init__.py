"""The branch as a model, and the engine that runs it."""

from analytics.simulation.engine import warm

__all__ = ["warm"]
