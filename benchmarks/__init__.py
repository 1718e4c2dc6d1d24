"""How fast Skyhold is, beside its peers: each module gives `rows()`, ratios measured in one run."""
