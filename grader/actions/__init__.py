"""Do what the workflows in ``.github`` run: each step is a module, started with ``python -m grader.actions.<step>``.

`fetch` brings a pull request's exercises here as data, `grade` grades a folder and shows the result in the run, and
`publish` puts the score on the pull request. They read a report and the list of exercises, and nothing else of the
grader; they need no package but the standard library, except that `grade` starts ``kata grade``.
"""
