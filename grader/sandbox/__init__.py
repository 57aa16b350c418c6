"""Run a learner's file in another process: send arguments, get plain data back.

The folders are the trust boundary. `ours` starts, asks and ends the other side; `theirs` runs beside the learner's
code; `protocol` is what both know. Inside the sandbox there is `theirs` and `protocol`, and nothing else of this
program.
"""
