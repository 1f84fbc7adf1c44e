"""Faust tables: each maps a key to what is known of it. None yet: windows on event time will be here."""
