"""The station's chapter of the report."""
