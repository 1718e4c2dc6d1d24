"""Coming down: burns, the last descent, break-up, heat, footprints, distance from land."""
