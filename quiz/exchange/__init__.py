"""Exchange of questions with other programs: Excel, GIFT and Moodle XML, strict both ways."""

from quiz.exchange.plans import Change, Plan, plan_import
from quiz.exchange.reading import Unreadable, check_outside, read_upload
from quiz.exchange.writing import FORMATS, left_out, write

__all__ = ["FORMATS", "Change", "Plan", "Unreadable", "check_outside", "left_out", "plan_import", "read_upload", "write"]
