"""Grade the deep learning katas."""

__version__ = "0.2.0"
