"""Our side of the trust boundary: start the other side, ask it, keep its time, end it."""
