"""Terminals that move."""
