"""Grade the deep learning katas."""

__version__ = "0.1.0"
