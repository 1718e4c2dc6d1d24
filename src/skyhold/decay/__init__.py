"""How orbits sink: mean orbits, ensembles, numerical flight, what element sets tell of drag."""
