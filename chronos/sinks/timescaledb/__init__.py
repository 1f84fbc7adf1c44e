"""The sinks that write to TimescaleDB, or to a PostgreSQL without the extension."""
