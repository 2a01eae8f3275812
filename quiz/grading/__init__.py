"""Marking: objective answers by rule, short answers by what they assert."""

from quiz.grading.short import Grade, Point, grade

__all__ = ["Grade", "Point", "grade"]
