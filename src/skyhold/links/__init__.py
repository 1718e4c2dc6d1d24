"""What one link can carry."""
