"""Ask the questions of interviews until they stick, bring back what was solved, rehearse the whole."""
