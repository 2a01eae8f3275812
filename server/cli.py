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

app = typer.Typer(no_args_is_help=True, add_completion=False, help="客服学堂:手册查询、问答、演练、测验与培训档案。")
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
    import logging

    import uvicorn

    from server.app import create_app
    from server.people import first_admin_link

    logging.basicConfig(level=settings().log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config, rooms = settings(), house()
    address = f"http://{host or config.host}:{port or config.port}"
    prepare(rooms)
    if link := first_admin_link(rooms.engine, clock.now()):
        typer.echo(f"\n第一次使用:请打开下面的链接设置管理员密码(工号 admin,24 小时内有效,只能用一次)\n  {address}/setup/{link}\n")
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


def main() -> None:
    app()


if __name__ == "__main__":
    main()
