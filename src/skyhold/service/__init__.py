"""What all links carry together: beams, gateways, sharing."""
