"""Read course.toml and find the files of an exercise: the course's own, and those of a learner's workspace."""

from grader.course.home import is_checkout, own_course, root
from grader.course.model import Assignment, Course, Exercise, Topic
from grader.course.names import choose, choose_assignment, choose_one, meant
from grader.course.problem import Problem
from grader.course.reading import load
from grader.course.workspace import Workspace, find_workspace
from grader.course.writing import write_whole

__all__ = [
    "Assignment",
    "Course",
    "Exercise",
    "Problem",
    "Topic",
    "Workspace",
    "choose",
    "choose_assignment",
    "choose_one",
    "find_workspace",
    "is_checkout",
    "load",
    "meant",
    "own_course",
    "root",
    "write_whole",
]
