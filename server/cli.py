"""The kefu command: what operators, scripts and other programs call."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from server import clock
from server.settings import settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="客服学堂:手册查询、问答、演练、测验与培训档案。"
)
Json = Annotated[bool, typer.Option("--json", help="每个结果一行 JSON。")]
Batch = Annotated[str, typer.Option("--batch", help="从文件(或 - 表示标准输入)逐行读入。")]


def house():
    from server.database import open_engine
    from server.house import House

    config = settings()
    return House(config, open_engine(config.database))


def lines(batch: str) -> Iterable[str]:
    """The lines of a batch file, or of standard input for “-”."""
    if batch == "-":
        yield from (line.rstrip("\n") for line in sys.stdin if line.strip())
        return
    path = Path(batch)
    if not path.is_file():
        fail(f"没有这个文件:{batch}", 2)
    yield from (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def fail(message: str, code: int = 1) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def emit(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def json_line(line: str, number: int) -> dict:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        fail(f"第 {number} 行不是 JSON:{error.msg}", 2)
    if not isinstance(value, dict):
        fail(f"第 {number} 行应是一个 JSON 对象", 2)
    return value


def each(query: str | None, batch: str | None, answer: Callable[[str], None]) -> None:
    """Answer one query or every line of a batch."""
    if not query and not batch:
        fail("请给一个问题,或用 --batch - 从标准输入逐行读入", 2)
    for line in [query] if query else lines(batch):
        answer(line)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址。")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口。")] = None,
) -> None:
    """启动网站;先迁移数据库,第一次启动打印设置管理员密码的链接。"""
    import gc
    import logging

    gc.disable()  # until the house is warm: what is opened at the start stays, and looking through it costs half a second
    import uvicorn

    from server.app import create_app
    from server.people import first_admin_link

    logging.basicConfig(
        level=settings().log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config, rooms = settings(), house()
    address = f"http://{host or config.host}:{port or config.port}"
    prepare(rooms)
    if link := first_admin_link(rooms.engine, clock.now()):
        typer.echo(
            f"\n第一次使用:请打开下面的链接设置管理员密码(工号 admin,24 小时内有效,只能用一次)\n  {address}/setup/{link}\n"
        )
    typer.echo(f"客服学堂 {address}")
    uvicorn.run(
        create_app(config, rooms), host=host or config.host, port=port or config.port,
        access_log=False, log_level="warning", proxy_headers=False, server_header=False,
    )  # fmt: skip


def prepare(rooms) -> None:
    from server import migrate

    migrate.upgrade(rooms.engine)


@app.command()
def check(as_json: Json = False) -> None:
    """检查手册、演练和题库;有问题时逐条列出并以 1 退出。"""
    from server.checking import check_everything

    problems, counts = check_everything(house())
    for problem in problems:
        emit(asdict(problem)) if as_json else typer.echo(str(problem))
    if not as_json:
        typer.echo("、".join(f"{label} {n}" for label, n in counts.items()) + f";问题 {len(problems)} 处")
    raise typer.Exit(1 if problems else 0)


@app.command()
def index() -> None:
    """重建检索索引;完成前旧索引照常使用。"""
    import time

    from kb.search import build_index

    rooms, started = house(), time.perf_counter()
    build_index(rooms.library, rooms.encoder, rooms.settings.index_folder)
    typer.echo(f"{len(rooms.library.articles)} 篇,用时 {time.perf_counter() - started:.1f} 秒")


@app.command()
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


@app.command()
def ask(
    query: Annotated[str | None, typer.Argument(help="问题。")] = None,
    as_json: Json = False,
    batch: Batch = None,
) -> None:
    """只用手册原句回答;批量时一行可以是 {"turns": ["…", "…"]}。"""
    from server.answers import ask_json

    rooms = house()

    def answer(line: str) -> None:
        turns = json_line(line, 0).get("turns") if line.lstrip().startswith("{") else [line]
        if not turns or not all(isinstance(t, str) and t.strip() for t in turns):
            fail('turns 应是非空文字的列表,如 {"turns": ["空置房要交费吗", "那租客呢"]}', 2)
        found = ask_json(rooms, turns)
        emit(found) if as_json else typer.echo(found["text"] or found["reason"])

    each(query, batch, answer)


@app.command()
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


@app.command()
def judge(
    utterance: Annotated[str | None, typer.Argument(help="客服说的一句话。")] = None,
    owner_line: Annotated[str, typer.Option(help="业主的上一句。")] = "",
    intent: Annotated[str, typer.Option(help="意图。")] = "",
    urgency: Annotated[str, typer.Option(help="P0 到 P3。")] = "P2",
    as_json: Json = False,
    batch: Batch = None,
) -> None:
    """判一句话:做到了哪些维度,有没有违规,凭哪几个字。批量每行一个 JSON。"""
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


@app.command()
def grade(
    answer: Annotated[str | None, typer.Argument(help="学员的回答。")] = None,
    key: Annotated[list[str] | None, typer.Option(help="一个要点;几种说法用 | 隔开,可重复。")] = None,
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
            fail(f"第 {number} 行的 key 应是要点的列表,每个要点是说法的列表", 2)
        points = [p if isinstance(p, list) else [str(p)] for p in points]
        result = mark(points, str(given.get("answer", "")), rooms.similar)
        found = {
            "score": round(result.score, 4),
            "points": [{"met": p.met, "evidence": p.evidence} for p in result.points],
        }
        emit(found) if as_json else typer.echo(f"{found['score']:.0%}  {found['points']}")

    each(answer, batch, one)


@app.command("eval")
def evaluate(
    what: Annotated[str, typer.Argument(help="search、judge、grade、drills 或 all。")] = "all",
    fit: Annotated[bool, typer.Option("--fit", help="先用 dev 部分重新拟合排序权重,写回仓库。")] = False,
    dev: Annotated[bool, typer.Option("--dev", help="看 dev 部分而不是 test;只有 ask 有。")] = False,
) -> None:
    """用仓库里的评测集打分,打印一张表。"""
    from server.evaluation import FITS, SETS, ask

    names = list(SETS) if what == "all" else [what]
    for name in names:
        if name not in SETS:
            fail(f"没有“{name}”这套评测,可选:{'、'.join(SETS)}、all", 2)
        if fit and name in FITS:
            FITS[name](house())
        typer.echo(ask(house(), "dev") if dev and name == "ask" else SETS[name](house()))


@app.command()
def user(
    login: Annotated[str, typer.Argument(help="工号。")],
    name: Annotated[str, typer.Option(help="姓名;给了就新建。")] = "",
    role: Annotated[str, typer.Option(help="trainee、staff、trainer 或 admin。")] = "trainee",
) -> None:
    """新建账户,或给已有账户一个设置密码的链接。"""
    from sqlmodel import select

    from server.accounts import sessions
    from server.accounts.tables import ROLES, Person
    from server.database import writing
    from server.people import add_person

    if role not in ROLES:
        fail(f"角色只有:{'、'.join(ROLES)}", 2)
    rooms = house()
    prepare(rooms)
    with writing(rooms.engine) as session:
        person = session.exec(select(Person).where(Person.login == login)).first()
        if person is None and not name:
            fail(f"没有工号“{login}”;新建请加 --name 姓名", 2)
        person = person or add_person(session, login, name, role, clock.now())
        link = sessions.setup_link(session, person.id, clock.now())
    config = settings()
    typer.echo(f"http://{config.host}:{config.port}/setup/{link}")


@app.command()
def audit(as_json: Json = False) -> None:
    """核对操作记录的链;完整时以 0 退出,断了说出是哪一行并以 1 退出。"""
    from server.audit import chain
    from server.database import reading
    from server.routes.trail import words_of

    rooms = house()
    prepare(rooms)
    with reading(rooms.engine) as session:
        found = chain(session)
    emit(asdict(found)) if as_json else typer.echo(words_of(found))
    raise typer.Exit(0 if found.whole else 1)


@app.command()
def demo() -> None:
    """在数据文件夹(KEFU_DATA;没设就是 data/demo)建一个样板班组:8 名学员、2 名客服、2 名讲师和几周的学习记录。"""
    from server.demo import make_demo

    for line in make_demo(settings()):
        typer.echo(line)


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="存到哪个 .zip 文件。")]) -> None:
    """在线备份数据库和本项目内容。"""
    from server.backup import back_up

    typer.echo(back_up(settings(), target))


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="备份的 .zip 文件。")]) -> None:
    """从备份恢复到空的数据文件夹;已有数据时拒绝。"""
    from server.backup import BackupRefused, put_back

    try:
        typer.echo(put_back(settings(), source))
    except BackupRefused as error:
        fail(str(error))


@app.command("export")
def export_all(
    target: Annotated[
        Path, typer.Argument(help="存到哪个文件:.zip 是全部记录,.xlsx、.gift、.xml 是题库。")
    ],
    section: Annotated[str, typer.Option(help="只要这一章或这一节的题,如 ch05 或 ch05-s1。")] = "",
) -> None:
    """导出:.zip 是全部记录(JSON);.xlsx、.gift、.xml(Moodle)是题库。"""
    from quiz import exchange
    from quiz.exchange.reading import format_of
    from server.backup import export_everything

    if target.suffix == ".zip":
        typer.echo(export_everything(house(), target))
        return
    try:
        form = format_of(target.name)
    except exchange.Unreadable as error:
        fail(f"{error};全部记录请存成 .zip", 2)
    chosen = [q for q in house().questions.values() if not section or section in (q.section, q.chapter)]
    lost = exchange.left_out(form, chosen)
    target.write_bytes(exchange.write(form, chosen))
    typer.echo(f"已导出 {len(chosen) - len(lost)} 题到 {target}")
    if lost:
        typer.echo(f"有 {len(lost)} 题这种格式装不下,没有写:{exchange.FORMATS[form].cannot}", err=True)


@app.command("import")
def import_questions(
    source: Annotated[
        Path, typer.Argument(help="题目文件:.xlsx、.gift、.txt(GIFT)、.xml(Moodle),或节号命名的 .yaml。")
    ],
    section: Annotated[str, typer.Option(help="没写编号的题归到哪一节,如 ch05-s1。")] = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="只看会改什么,不收。")] = False,
    reason: Annotated[str, typer.Option(help="为什么改,记进历史。")] = "命令行导入",
) -> None:
    """检查并收下一份题目文件;有一处错就一题也不收。"""
    from quiz import bank, sources
    from server import audit
    from server.checking import plan_file
    from server.database import writing

    rooms = house()
    plan = plan_file(rooms, source, section)
    for fault in plan.faults:
        typer.echo(f"{fault.where}: {fault.message}", err=True)
    if plan.faults:
        fail(f"有 {len(plan.faults)} 处要改,一题也没有收。")
    for hint in plan.hints:
        typer.echo(f"提醒 {hint.where}: {hint.message}", err=True)
    for change in plan.changes:
        if change.kind != "same":
            names = "、".join(name for name, _, _ in change.lines)
            typer.echo(f"{'新增' if change.kind == 'new' else '修改'} {change.question.id} {names}".rstrip())
    if plan.writes and not dry:
        prepare(rooms)
        bank.write_questions(rooms.settings.site_content, plan.writes, "kefu import", reason)
        with writing(rooms.engine) as session:
            sources.confirm(session, plan.writes, rooms.library, 0, clock.now())
            audit.record(session, clock.now(), "import-questions", target=f"{source.name} {len(plan.writes)}")
    typer.echo(f"{'会收' if dry else '收下'} {len(plan.writes)} 题,{len(plan.of_kind('same'))} 题和现在一样。")


@app.command()
def mcp() -> None:
    """以 MCP 服务器提供查询和问答(标准输入输出),供员工自己的助手调用。"""
    from server.assistant import run

    run(house())


def main() -> None:
    app()


if __name__ == "__main__":
    main()
