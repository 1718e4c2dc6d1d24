"""What gases, rain, cloud and scintillation take from a signal (ITU-R P series)."""
