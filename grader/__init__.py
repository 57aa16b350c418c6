"""Grade the deep learning katas."""

__version__ = "0.4.0"


def load_ipython_extension(shell: object) -> None:
    """Give a notebook the magic ``kata``: ``%load_ext grader``."""
    from importlib import import_module  # what every command imports first imports nothing

    import_module("grader.learning.notebook.magic").load(shell)
