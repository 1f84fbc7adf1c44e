"""The agents: each consumes a topic with one sink."""
