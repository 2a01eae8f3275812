"""Answers made only of what the handbook says, each sentence with the heading it comes from."""

from kb.chat.answering import Answer, Quote, answer
from kb.chat.conversation import Topic, topic_after

__all__ = ["Answer", "Quote", "Topic", "answer", "topic_after"]
