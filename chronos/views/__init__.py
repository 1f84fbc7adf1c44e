"""Continuous views: what a file declares, what Chronos makes of it, and how it is read."""
