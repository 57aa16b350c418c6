"""Look at a class as a whole: what was hard, which mistakes were made, and where to look closer."""
