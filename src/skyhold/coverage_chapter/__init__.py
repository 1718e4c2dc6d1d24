"""The chapter of the report on who is covered, and how far away the internet is."""
