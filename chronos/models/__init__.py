"""What a beacon, its metadata and its events are."""
