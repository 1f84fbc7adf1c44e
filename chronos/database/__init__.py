"""The database: its schema, its queries, its connection."""
