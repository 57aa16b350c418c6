"""Make and maintain exercises: begin a new one, stubs from solutions, recordings of torch's answers."""
