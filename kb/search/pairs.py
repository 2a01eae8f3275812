"""python -m kb.search.pairs FILE : domain pairs for training the encoder, from the handbook and its lexicon."""

import itertools
import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from kb import taxonomy
from kb.articles import Article
from kb.reading import CONTENT, load_library
from kb.search.analysis import synonym_groups
from kb.search.units import UNINDEXED, extra_asks

# Short frames in which either word of a synonym pair may stand.
FRAMES = (
    "{}",
    "{}怎么办",
    "{}找谁",
    "{}要多久",
    "请问{}",
    "我家{}",
    "{}你们管不管",
    "{}怎么处理",
    "{} 规定",
    "关于{}的问题",
)
CROSS_EACH = 1
EXTRA_EACH = 4


def pairs(articles: Sequence[Article], seed: int = 0) -> Iterator[dict]:
    """Paraphrases within an article, neighbours of one intent, label and question, question and passage."""
    chance = random.Random(seed)
    by_intent: dict[str, list[str]] = {}
    for article in articles:
        asks = [article.title, *article.questions]
        by_intent.setdefault(article.intent, []).extend(asks)
        for a, b in itertools.combinations(asks, 2):
            yield {"source": "paraphrase", "query": a, "positive": b, "group": article.intent}
        for ask in article.questions:
            yield {
                "source": "label",
                "query": ask,
                "positive": taxonomy.INTENTS[article.intent],
                "group": article.intent,
            }
            heading = chance.choice(
                [h for h in article.headings if h.name not in UNINDEXED] or list(article.headings)
            )
            yield {"source": "passage", "query": ask, "positive": heading.text[:200], "group": article.intent}
    for intent, asks in by_intent.items():
        for ask in asks:
            for other in chance.sample(asks, min(CROSS_EACH, len(asks))):
                if other != ask:
                    yield {"source": "intent", "query": ask, "positive": other, "group": intent}
    for intent, asks in extra_asks():
        for ask in asks:
            yield {"source": "asks", "query": ask, "positive": taxonomy.INTENTS[intent], "group": intent}
            for other in chance.sample(
                by_intent.get(intent, list(asks)), min(EXTRA_EACH, len(by_intent.get(intent, asks)))
            ):
                yield {"source": "asks", "query": ask, "positive": other, "group": intent}
    for number, group in enumerate(synonym_groups()):
        for a, b in itertools.combinations(group, 2):
            for frame in chance.sample(FRAMES, 4):
                yield {
                    "source": "synonym",
                    "query": frame.format(a),
                    "positive": frame.format(b),
                    "group": f"s{number}",
                }


def main() -> None:
    library = load_library(("shipped", CONTENT), today=date.today())
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as file:
        for pair in pairs(list(library.articles.values())):
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
