"""The sink of continuous views that Chronos keeps, in the database of the raw events."""
