"""What an import would change: every question checked first, nothing taken while one is wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb import taxonomy
from kb.articles import Library
from kb.citations import citations
from kb.citations import problem as citation_problem
from quiz.checks import cite_faults, giveaways
from quiz.exchange.drafts import LABELS, Draft, Fault, put_together
from quiz.grading.objective import right_answer
from quiz.questions import LETTERS, TYPES, Question, read_question


@dataclass(frozen=True)
class Change:
    """One question of the file; `before` is what the bank asks now, None for a new question."""

    where: str
    question: Question
    before: Question | None

    @property
    def kind(self) -> str:
        return "new" if self.before is None else "same" if self.before == self.question else "changed"

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Changed fields as (name, before, after)."""
        if self.before is None:
            return []
        old, new = fields(self.before), fields(self.question)
        return [(name, old[name], new[name]) for name in new if old[name] != new[name]]


@dataclass(frozen=True)
class Plan:
    """`faults` forbid the import; `hints` are worth a look and forbid nothing."""

    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    hints: tuple[Fault, ...]

    def of_kind(self, kind: str) -> list[Change]:
        return [c for c in self.changes if c.kind == kind]

    @property
    def writes(self) -> list[Question]:
        return [] if self.faults else [c.question for c in self.changes if c.kind != "same"]


def plan_import(
    drafts: Sequence[Draft],
    faults: Sequence[Fault],
    bank: Mapping[str, Question],
    library: Library,
    section: str = "",
) -> Plan:
    """Check drafts against the bank and the handbook; `section` takes those that name none."""
    found, changes, hints = list(faults), [], []
    if not drafts and not faults:
        found.append(Fault("文件", "里面没有题目"))
    for draft in numbered(drafts, bank, section):
        question, wrong = read_draft(draft)
        wrong = [*wrong, *(content_faults(question, library) if question else ())]
        found += [Fault(f"{draft.where} {named(w)[0]}".strip(), named(w)[1]) for w in wrong]
        hints += [Fault(draft.where, note) for note in draft.notes]
        if question and not wrong:
            changes.append(Change(draft.where, question, bank.get(question.id)))
            hints += [Fault(draft.where, hint) for hint in giveaways(question)]
    found += repeated(changes)
    hints += twins(changes, bank)
    return Plan(tuple(changes), tuple(found), tuple(hints))


def numbered(drafts: Sequence[Draft], bank: Mapping[str, Question], section: str) -> Iterator[Draft]:
    """Drafts without a number get the next free one of their section."""
    last: dict[str, int] = {}
    taken = [*bank, *(str(d.row.get("id") or "") for d in drafts)]
    for question_id in taken:
        if match := re.fullmatch(r"(.+)-q(\d+)", question_id):
            last[match[1]] = max(last.get(match[1], 0), int(match[2]))
    for draft in drafts:
        if draft.row.get("id"):
            yield draft
            continue
        here = draft.section or section
        if here not in taxonomy.SECTIONS:
            yield replace(draft, section="")
            continue
        last[here] = last.get(here, 0) + 1
        yield replace(draft, row={**draft.row, "id": f"{here}-q{last[here]:02d}"}, section=here)


def read_draft(draft: Draft) -> tuple[Question | None, list[str]]:
    if not draft.section:
        return None, ["id 没有写，也不知道是哪一节；请写编号，或在上传时选一节"]
    if draft.section not in taxonomy.SECTIONS:
        return None, [f"id “{draft.row.get('id')}”里的“{draft.section}”不是手册的节号"]
    row = {k: v for k, v in draft.row.items() if v not in ("", [], None)}
    faults = list(pair_faults(row))
    if row.get("type") not in TYPES:
        return None, [f"type “{row.get('type', '')}”不是题型，可写：{'、'.join(TYPES.values())}"]
    if any(not option for option in row.get("options", ())):
        return None, ["options 中间有空的，请往前挪"]
    if faults:
        return None, faults
    if "pairs" in row:
        row["pairs"] = dict(row["pairs"])
    question, faults = read_question(draft.section, row)
    return question, faults + misplaced(row)


def pair_faults(row: Mapping) -> Iterator[str]:
    pairs = row.get("pairs", ())
    if any(len(p) != 2 or not all(p) for p in pairs):
        yield "pairs 每一行要有左右两边，用 | 隔开"
    elif len({left for left, _ in pairs}) < len(pairs):
        yield "pairs 左边有相同的"


def misplaced(row: Mapping) -> list[str]:
    """Fields that this type does not use: the author meant another type or column."""
    uses = {"options": ("single", "multiple", "ordering"), "pairs": ("matching",), "key": ("fill", "short", "case"),
            "answer": ("single", "multiple", "judge")}  # fmt: skip
    return [
        f"{name} {TYPES[row['type']]}题不用填"
        for name, types in uses.items()
        if name in row and row["type"] not in types
    ]


def content_faults(q: Question, library: Library) -> Iterator[str]:
    yield from (f"cites {fault}" for fault in cite_faults(q, library))
    for name in ("stem", "explanation", "basis"):
        yield from (f"{name} {f}" for c in citations(getattr(q, name)) if (f := citation_problem(c)))


def named(fault: str) -> tuple[str, str]:
    """The Chinese name of the field a fault starts with, and the rest."""
    name, _, rest = fault.partition(" ")
    if name in LABELS:
        return LABELS[name], rest.removesuffix(f" {name}")
    return next((label for label in ("答案", "选项", "配对", "要点", "解析") if label in fault), ""), fault


def repeated(changes: Sequence[Change]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for change in changes:
        if change.question.id in seen:
            yield Fault(f"{change.where} 编号", f"“{change.question.id}”和{seen[change.question.id]}重复")
        seen.setdefault(change.question.id, change.where)


def twins(changes: Sequence[Change], bank: Mapping[str, Question]) -> Iterator[Fault]:
    """Questions that ask word for word what another one asks."""
    by_stem = {"".join(q.stem.split()): q.id for q in bank.values()}
    for change in changes:
        stem = "".join(change.question.stem.split())
        other = by_stem.setdefault(stem, change.question.id)
        if other != change.question.id:
            yield Fault(change.where, f"和 {other} 题干相同")


def fields(q: Question) -> dict[str, str]:
    """A question in words, for comparing two versions."""
    options = "\n".join(f"{LETTERS[i]} {o}" for i, o in enumerate(q.options))
    return {
        "题型": TYPES[q.type], "题干": q.stem, "选项": options, "答案": "" if q.key or q.pairs else right_answer(q),
        "配对": "\n".join(put_together(p) for p in q.pairs), "要点": "\n".join(put_together(p) for p in q.key),
        "解析": q.explanation, "难度": str(q.difficulty), "出处": "\n".join(f"{a}#{h}" for a, h in q.cites),
        "红线": q.red_line, "依据": q.basis,
    }  # fmt: skip
