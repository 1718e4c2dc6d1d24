"""The chapter of capacity, jamming and plan of the report."""
