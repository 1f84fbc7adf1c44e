"""What packages of others add: data sinks, event types, views, windows and agents, found and checked."""
