"""The fate of a station: decay, reboost, deorbit, entry, risk on the ground, crew."""
