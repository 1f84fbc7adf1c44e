"""Measures windows of event time: ``make bench-windows``."""
