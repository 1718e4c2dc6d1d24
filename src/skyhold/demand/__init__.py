"""Who needs the satellites: people, networks on the ground and their outages, terminals that arrive by road."""
