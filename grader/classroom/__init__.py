"""Hand out assignments, collect what was written, grade a class, and look at it as a whole."""
