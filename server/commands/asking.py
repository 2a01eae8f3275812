"""Commands that answer: search, ask, mask, judge and grade, and the evaluation of them all."""

from typing import Annotated

import typer

from server.commands.console import Batch, Json, each, emit, fail, house, json_line


def search(
    query: Annotated[str | None, typer.Argument(help="业主说了什么。")] = None,
    limit: Annotated[int, typer.Option("-n", min=1, max=50, help="给几条。")] = 5,
    as_json: Json = False,
    batch: Batch = None,
) -> None:
    """查话术卡。"""
    from server.answers import search_json

    rooms = house()

    def answer(line: str) -> None:
        found = search_json(rooms, line, limit)
        if as_json:
            emit(found)
            return
        typer.echo(f"{line}  (有答案的把握 {found['answerable']:.0%})")
        for hit in found["hits"]:
            typer.echo(f"  {hit['score']:.3f} {hit['title']}  [{hit['id']} · {hit['heading']}]")

    each(query, batch, answer)


def ask(
    query: Annotated[str | None, typer.Argument(help="问题。")] = None,
    as_json: Json = False,
    batch: Batch = None,
) -> None:
    """只用手册原句回答；批量时一行可以是 {"turns": ["…", "…"]}。"""
    from server.answers import ask_json

    rooms = house()

    def answer(line: str) -> None:
        turns = json_line(line, 0).get("turns") if line.lstrip().startswith("{") else [line]
        if not turns or not all(isinstance(t, str) and t.strip() for t in turns):
            fail('turns 应是非空文字的列表，如 {"turns": ["空置房要交费吗", "那租客呢"]}', 2)
        found = ask_json(rooms, turns)
        emit(found) if as_json else typer.echo(found["text"] or found["reason"])

    each(query, batch, answer)


def mask(
    text: Annotated[str | None, typer.Argument(help="要脱敏的文字。")] = None,
    as_json: Json = False,
    batch: Batch = None,
) -> None:
    """隐去电话、证件、车牌、卡号、房号、姓名等个人信息。"""
    from kb.masking import mask as mask_text

    def answer(line: str) -> None:
        result = mask_text(line)
        spans = [[s.start, s.end, s.kind] for s in result.spans]
        emit({"masked": result.masked, "spans": spans}) if as_json else typer.echo(result.masked)

    each(text, batch, answer)


def judge(
    utterance: Annotated[str | None, typer.Argument(help="客服说的一句话。")] = None,
    owner_line: Annotated[str, typer.Option(help="业主的上一句。")] = "",
    intent: Annotated[str, typer.Option(help="意图。")] = "",
    urgency: Annotated[str, typer.Option(help="P0 到 P3。")] = "P2",
    as_json: Json = False,
    batch: Batch = None,
) -> None:
    """判一句话：做到了哪些维度，有没有违规，凭哪几个字。批量每行一个 JSON。"""
    from scenarios.judge import load_judge
    from scenarios.rubric import Situation

    judging, number = load_judge(), 0

    def answer(line: str) -> None:
        nonlocal number
        number += 1
        given = json_line(line, number) if batch else {
            "utterance": line, "owner_line": owner_line, "intent": intent, "urgency": urgency,
        }  # fmt: skip
        fields = ("intent", "owner_type", "channel", "urgency", "owner_line")
        situation = Situation(**{k: str(given[k]) for k in fields if given.get(k)})
        result = judging.judge(situation, str(given.get("utterance", "")))
        found = {"met": dict(result.met), "violations": dict(result.violations), "score": result.score}
        emit(found) if as_json else typer.echo(
            f"{found['score']} 分  {found['met']}  {found['violations'] or ''}"
        )

    each(utterance, batch, answer)


def grade(
    answer: Annotated[str | None, typer.Argument(help="学员的回答。")] = None,
    key: Annotated[list[str] | None, typer.Option(help="一个要点；几种说法用 | 隔开，可重复。")] = None,
    as_json: Json = False,
    batch: Batch = None,
) -> None:
    """按要点判简答。批量每行 {"key": [["说法", "…"], …], "answer": "…"}。"""
    from quiz.grading import grade as mark

    rooms, number = house(), 0

    def one(line: str) -> None:
        nonlocal number
        number += 1
        given = (
            json_line(line, number) if batch else {"key": [k.split("|") for k in key or []], "answer": line}
        )
        points = given.get("key")
        if not isinstance(points, list) or not points:
            fail(f"第 {number} 行的 key 应是要点的列表，每个要点是说法的列表", 2)
        points = [p if isinstance(p, list) else [str(p)] for p in points]
        result = mark(points, str(given.get("answer", "")), rooms.similar)
        found = {
            "score": round(result.score, 4),
            "points": [{"met": p.met, "evidence": p.evidence} for p in result.points],
        }
        emit(found) if as_json else typer.echo(f"{found['score']:.0%}  {found['points']}")

    each(answer, batch, one)


def evaluate(
    what: Annotated[str, typer.Argument(help="search、ask、judge、grade、drills 或 all。")] = "all",
    fit: Annotated[bool, typer.Option("--fit", help="先用 dev 部分重新拟合排序权重，写回仓库。")] = False,
    dev: Annotated[bool, typer.Option("--dev", help="看 dev 部分而不是 test；只有 ask 有。")] = False,
) -> None:
    """用仓库里的评测集打分，打印一张表。"""
    from server.evaluation import FITS, SETS, ask

    names = list(SETS) if what == "all" else [what]
    for name in names:
        if name not in SETS:
            fail(f"没有“{name}”这套评测，可选：{'、'.join(SETS)}、all", 2)
        if fit and name in FITS:
            FITS[name](house())
        typer.echo(ask(house(), "dev") if dev and name == "ask" else SETS[name](house()))
