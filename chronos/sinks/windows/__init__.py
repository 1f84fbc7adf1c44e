"""The two sinks of windows: beacons into topic `window_deltas`, and that into the table."""
