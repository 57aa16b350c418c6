"""Score every open pull request whose newest commit has no score yet, whoever made it and whether it may run or not.

``find`` lists them and says that their score is under way, ``fetch`` brings their exercises here as data, ``grade``
grades them under one seed, and ``publish`` says what came of it. Only ``grade`` runs code, in a job that can write
nothing.
"""
