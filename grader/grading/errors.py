"""What keeps a submission from being graded at all."""

from grader.course import CourseError


class GradingError(CourseError):
    """Grading itself failed; the message is one ready line and the learner is not to blame."""
