"""Frozen nouns: what is to be simulated. No physics, no numpy."""
