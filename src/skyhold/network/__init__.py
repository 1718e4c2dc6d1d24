"""What all links carry together: slots, gateways, delay."""
