"""A process with several steps: its model from the event log, its engine, its fit."""
