"""What the world publishes: find, fetch, check, cache, read."""
