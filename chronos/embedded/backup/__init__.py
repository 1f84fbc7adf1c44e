"""Backups of what `chronos start` runs: PostgreSQL, Kafka and the spool, consistent with each other."""
