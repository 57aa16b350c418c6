"""Run a learner's file in another process: send arguments, get plain data back.

This room knows nothing of courses, checks or scores. `worker`, `wire`, `observe` and `limits` also run on the
learner's side of the pipe, so they import nothing but NumPy and the standard library.
"""
