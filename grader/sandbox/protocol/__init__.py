"""Agree on what both sides of the trust boundary know: the messages, the wire format, the limits."""
