"""Turn a `grader.grading.report.Report` into the forms that people and other programs read.

Every form is a module of its own and reads nothing but the report, so that all of them show the same score:
`json_report` (the one form that is read back), `terminal`, `markdown`, `junit`, `gradescope`, `classroom50`
and `badge`. They are imported one by one, because a learner who waits for a terminal needs none of the others.
"""
