"""Run beside the learner's code, which may take over everything here: nothing of it is trusted by `ours`.

This room imports `protocol`, NumPy and the standard library only: the sandbox shows nothing else.
"""
