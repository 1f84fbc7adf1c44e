"""Synthetic traffic: people in a small shop, and the beacons that a tracker would send of them."""
