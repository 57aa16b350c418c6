"""What a maintainer of the course needs: stubs from solutions, scaffolding, recordings, proof of the checks."""
