"""What keeps a submission from being graded at all."""


class GradingError(Exception):
    """Grading itself failed; the message is one ready line and the learner is not to blame."""
