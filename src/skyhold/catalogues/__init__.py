"""Catalogues of orbital elements: read, write, check, and class."""
