"""Measure how fast the grader is, beside plain pytest with torch in the same run: ``python -m grader.bench``."""
