"""Measures the tracker in a real Chromium: ``python -m bench.tracker``."""
