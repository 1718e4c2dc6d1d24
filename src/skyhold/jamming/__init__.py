"""Who jams what from where, what it does to a link, and what helps."""
