"""What speaks for and against a key point in an answer, as named numbers that a fitted model weighs."""

import re
from collections.abc import Sequence

from quiz.grading import assertion, meaning
from quiz.grading.agreement import crossed, quantities_agree, same_size
from quiz.grading.answer import bare, phrases_of, read, taken_back, windows_of
from quiz.grading.assertion import Similar
from quiz.grading.coverage import content, content_share, respelled
from quiz.grading.doubling import straight
from quiz.grading.quantities import Quantity, fold, quantities

FORCES = ("must", "must-not", "need-not", "may", "not", "")
DOUBT = re.compile(r"好像|应该是|大概|可能|吧$")
TURN = re.compile(r"但|不过|可是|除了|只要|要是|如果|也行|也可以|都行|再说|就行|算了")


def features(
    wordings: Sequence[str], answer: str, similar: Similar, others: Sequence[str], by_rule: bool, odds: float
) -> dict[str, float]:
    """The features of one point: `by_rule` is what the rules say of it and `odds` what the networks that compare say;
    `others` are wordings of the other points.
    """
    raw = fold(answer)
    keys = [fold(w) for w in wordings]
    text = respelled(read(raw) or " ", keys[0])
    key, said = closest(keys, windows_of(text), similar)
    found = {"by-rule": by_rule, "compared": odds} | overlap(keys, key, said, text, similar)
    found |= figures(quantities(key), quantities(said), quantities(text), key, said)
    found |= forces(key, said) | conflicts(keys[0], key, said, text, others)
    found |= beside([fold(o) for o in others], said, similar)
    found |= {
        "corrected": bool(meaning.CORRECTION.search(raw)), "denied": raw != meaning.DENIED.sub(" ", raw),
        "doubt": bool(DOUBT.search(raw)), "turn": bool(TURN.search(text)),
    }  # fmt: skip
    return {name: float(value) for name, value in found.items()}


def closest(keys: Sequence[str], windows: Sequence[str], similar: Similar) -> tuple[str, str]:
    """The wording and the stretch of the answer that share most."""
    pairs = [(key, max(windows, key=lambda w: content_share(key, w) - 0.002 * len(w))) for key in keys]
    return max(pairs, key=lambda pair: content_share(*pair) + 0.7 * similar(*pair))


def overlap(keys: Sequence[str], key: str, said: str, text: str, similar: Similar) -> dict[str, float]:
    parts = [p for p in (assertion.MODAL.sub("", p) for p in assertion.PARTS.split(keys[0])) if content(p)]
    wanted, given = set(bare(key)), set(bare(said))
    return {
        "share": content_share(key, said), "share-of-all": max(content_share(k, text) for k in keys),
        "share-back": content_share(said, key), "cosine": similar(key, said),
        "cosine-of-all": max(similar(k, text) for k in keys),
        "characters": len(wanted & given) / max(1, len(wanted)),
        "characters-back": len(wanted & given) / max(1, len(given)),
        "pairs": len(pairs(key) & pairs(said)) / max(1, len(pairs(key))),
        "length": len(text) / 30, "length-ratio": len(said) / max(1, len(key)), "parts": len(parts),
        "least-part": min((content_share(p, said) for p in parts), default=1.0),
        "least-part-of-all": min((content_share(p, text) for p in parts), default=1.0),
        "least-part-cosine": min((similar(p, text) for p in parts), default=1.0),
    }  # fmt: skip


def pairs(text: str) -> set[str]:
    plain = bare(text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def figures(
    wanted: Sequence[Quantity], given: Sequence[Quantity], everywhere: Sequence[Quantity], key: str, said: str
) -> dict[str, float]:
    named = [any(same_size(a, b) for b in everywhere) for a in wanted]
    return {
        "figures": bool(wanted), "figures-agree": quantities_agree(wanted, given), "figures-named": all(named),
        "no-figure": bool(wanted) and not everywhere, "more-figures": len(everywhere) - len(wanted),
        "other-figure": any(
            g.dimension == q.dimension and not any(same_size(g, w) for w in wanted) for q in wanted for g in everywhere
        ),
        "figures-crossed": crossed(key, wanted, said, given),
    }  # fmt: skip


def forces(key: str, said: str) -> dict[str, float]:
    needed, near = meaning.force(key), meaning.force(assertion.near(key, said))
    nearest = meaning.force(assertion.nearest(key, said))
    found = {
        "force-agrees": meaning.force_agrees(needed, near), "nearest-agrees": meaning.force_agrees(needed, nearest),
        "straight-agrees": meaning.force_agrees(needed, meaning.force(assertion.near(key, straight(said)))),
        "opposite": meaning.opposite(needed, near), "nearest-opposite": meaning.opposite(needed, nearest),
        "same-parity": meaning.odd_negation(key) == meaning.odd_negation(said),
    }  # fmt: skip
    found |= {f"wants {force or 'none'}": needed == force for force in FORCES}
    return found | {f"says {force or 'none'}": near == force for force in FORCES}


def conflicts(first: str, key: str, said: str, text: str, others: Sequence[str]) -> dict[str, float]:
    rest = [p for p in phrases_of(text) if bare(p) not in bare(said)]
    return {
        "hedged": bool(meaning.HEDGE.search(text)) and not meaning.HEDGE.search(first),
        "excluded": meaning.excluded(key, said), "excluded-first": meaning.excluded(first, said),
        "other-actor": meaning.other_actor(key, said), "other-actor-first": meaning.other_actor(first, said),
        "other-subject": meaning.other_subject(first, said), "handed": meaning.handed_to_owner(first, said),
        "wrong-order": assertion.wrong_order(key, said), "too-late": meaning.too_late(first, said),
        "lists": assertion.lists_all(first, key, said), "whole": assertion.means_the_same(first, key, said),
        "taken-back": taken_back(first, text, others),
        "contradicted": any(assertion.contradicts(first, p, said) for p in rest),
    }  # fmt: skip


def beside(others: Sequence[str], said: str, similar: Similar) -> dict[str, float]:
    """How much of the other points stands in the same stretch."""
    return {
        "other-share": max((content_share(o, said) for o in others), default=0.0),
        "other-cosine": max((similar(o, said) for o in others), default=0.0),
    }
