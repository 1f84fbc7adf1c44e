"""Runs Kafka, PostgreSQL and workers on this machine, for those who have none of their own."""
