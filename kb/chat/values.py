"""What an answer is made of."""

from dataclasses import dataclass

from kb.chat.conversation import Topic


@dataclass(frozen=True)
class Quote:
    """One sentence exactly as the handbook has it, and where it stands."""

    text: str
    article_id: str
    heading: str
    title: str = ""


@dataclass(frozen=True)
class Answer:
    """`kind`: answer, emergency, choice, none (the handbook does not know) or declined.

    `lead` is the sentence that answers, when it is not one of those that may be said to the owner.
    """

    query: str
    question: str
    kind: str
    reason: str = ""
    lead: tuple[Quote, ...] = ()
    say: tuple[Quote, ...] = ()
    inner: tuple[Quote, ...] = ()
    more: tuple[Quote, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    nearest: tuple[tuple[str, str], ...] = ()
    intents: tuple[str, ...] = ()
    topic: Topic | None = None
    answerable: float = 0.0

    @property
    def answered(self) -> bool:
        return self.kind in ("answer", "emergency")

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return self.lead + self.say + self.inner
