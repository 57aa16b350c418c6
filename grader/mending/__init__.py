"""Find where an answer goes wrong: the smallest change of the learner's own code that passes every check."""
