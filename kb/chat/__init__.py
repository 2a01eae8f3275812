"""Answers made only of what the handbook says, each sentence with the heading it comes from."""

from kb.chat.answering import answer
from kb.chat.conversation import Topic, topic_after
from kb.chat.evidence import read_ahead
from kb.chat.values import Answer, Quote

__all__ = ["Answer", "Quote", "Topic", "answer", "read_ahead", "topic_after"]
