"""Pictures without a meaning of their own: colours, numbers in words, SVG, map projections, outlines."""
