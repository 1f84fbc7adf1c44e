"""Runs Chronos in containers: what a worker does in one, and what `chronos start --docker` does with all."""
