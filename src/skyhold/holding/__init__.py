"""Staying up: reboosts, who can give them, and the plan."""
