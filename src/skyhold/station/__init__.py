"""What a station is: parts, owners, attitude, people, launches."""
