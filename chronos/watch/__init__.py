"""Watches Kafka, what waits and the disk, mends what it can, and tells a person of the rest."""
