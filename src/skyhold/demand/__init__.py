"""Who wants how much, where and when; terrestrial networks and terminals that arrive."""
