"""What runs beside the learner's code, and may be taken over by it: nothing here is trusted by `ours`.

This room imports `protocol`, NumPy and the standard library only: the sandbox shows nothing else.
"""
