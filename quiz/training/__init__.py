"""The training record of chapter 11: plans, sessions, levels, mentoring, evaluation and progress."""
