"""The branch as a model, and the engine that runs it."""
