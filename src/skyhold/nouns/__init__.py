"""The frozen nouns of a scenario: what is to be simulated. No physics, no files, no numpy."""
