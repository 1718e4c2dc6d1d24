"""What was found: immutable, named axes, units; files."""
