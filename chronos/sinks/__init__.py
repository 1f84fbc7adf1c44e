"""Data sinks: what is done with each batch of a topic, and the machinery that all of them share."""
