"""Faust tables: each maps a key to what is known of it."""
