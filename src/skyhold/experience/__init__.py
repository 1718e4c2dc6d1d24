"""What the user feels: round trip, rate and loss at 0.1 to 1 s."""
