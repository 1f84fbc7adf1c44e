"""What each fault costs: how long beacons wait, how long until all is stored, and what is lost."""
