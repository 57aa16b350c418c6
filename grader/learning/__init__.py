"""Keep a learner going: a workspace to learn in, what is remembered, how far everything is."""
