"""Where to put terminals and gateways, with a bound."""
