"""Read course.toml and find the files of an exercise."""

from grader.course.errors import CourseError, UnknownExercise
from grader.course.model import Assignment, Course, Exercise, Topic, root
from grader.course.reading import load
from grader.course.writing import write_whole

__all__ = [
    "Assignment",
    "Course",
    "CourseError",
    "Exercise",
    "Topic",
    "UnknownExercise",
    "load",
    "root",
    "write_whole",
]
