"""What pages are made of, without a meaning of their own: colours, numbers in words, drawings, maps, tables."""
