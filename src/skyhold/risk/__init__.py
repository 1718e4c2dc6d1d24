"""People under the track: who is exposed, casualties expected, limits."""
