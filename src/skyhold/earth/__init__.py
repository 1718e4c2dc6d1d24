"""The planet: shape and spin."""
