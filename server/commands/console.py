"""What every command shares: the open house, lines in, JSON out, and refusing with a reason."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from server.settings import settings

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
        fail(f"没有这个文件：{batch}", 2)
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
        fail("请给一个问题，或用 --batch - 从标准输入逐行读入", 2)
    for line in [query] if query else lines(batch):
        answer(line)


def prepare(rooms) -> None:
    from server import migrate

    migrate.upgrade(rooms.engine)
