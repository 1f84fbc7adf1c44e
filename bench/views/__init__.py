"""Measures continuous views: ``make bench-views``."""
