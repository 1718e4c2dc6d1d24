"""The straight line from scenario to results."""
