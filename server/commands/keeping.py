"""Commands that keep the house: content, index, accounts, backups, and records and questions in and out."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from server import clock
from server.commands.console import Json, emit, fail, house, prepare
from server.settings import settings


def check(as_json: Json = False) -> None:
    """检查手册、演练和题库；有问题时逐条列出并以 1 退出。"""
    from server.checking import check_everything

    problems, counts = check_everything(house())
    for problem in problems:
        emit(asdict(problem)) if as_json else typer.echo(str(problem))
    if not as_json:
        typer.echo("、".join(f"{label} {n}" for label, n in counts.items()) + f"；问题 {len(problems)} 处")
    raise typer.Exit(1 if problems else 0)


def index() -> None:
    """重建检索索引；完成前旧索引照常使用。"""
    import time

    from kb.search import build_index

    rooms, started = house(), time.perf_counter()
    build_index(rooms.library, rooms.encoder, rooms.settings.index_folder)
    typer.echo(f"{len(rooms.library.articles)} 篇，用时 {time.perf_counter() - started:.1f} 秒")


def user(
    login: Annotated[str, typer.Argument(help="工号。")],
    name: Annotated[str, typer.Option(help="姓名；给了就新建。")] = "",
    role: Annotated[str, typer.Option(help="trainee、staff、trainer 或 admin。")] = "trainee",
) -> None:
    """新建账户，或给已有账户一个设置密码的链接。"""
    from sqlmodel import select

    from server.accounts import sessions
    from server.accounts.tables import ROLES, Person
    from server.database import writing
    from server.people import add_person

    if role not in ROLES:
        fail(f"角色只有：{'、'.join(ROLES)}", 2)
    rooms = house()
    prepare(rooms)
    with writing(rooms.engine) as session:
        person = session.exec(select(Person).where(Person.login == login)).first()
        if person is None and not name:
            fail(f"没有工号“{login}”；新建请加 --name 姓名", 2)
        person = person or add_person(session, login, name, role, clock.now())
        link = sessions.setup_link(session, person.id, clock.now())
    config = settings()
    typer.echo(f"http://{config.host}:{config.port}/setup/{link}")


def demo() -> None:
    """在数据文件夹(KEFU_DATA;没设就是 data/demo)建一个样板班组:8 名学员、2 名客服、2 名讲师和几周的学习记录。"""
    from server.demo import make_demo

    for line in make_demo(settings()):
        typer.echo(line)


def audit(as_json: Json = False) -> None:
    """核对操作记录的链；完整时以 0 退出，断了说出是哪一行并以 1 退出。"""
    from server.audit import chain
    from server.database import reading

    rooms = house()
    prepare(rooms)
    with reading(rooms.engine) as session:
        found = chain(session)
    emit(asdict(found)) if as_json else typer.echo(found.words)
    raise typer.Exit(0 if found.whole else 1)


def backup(target: Annotated[Path, typer.Argument(help="存到哪个 .zip 文件。")]) -> None:
    """在线备份数据库和本项目内容。"""
    from server.backup import back_up

    typer.echo(back_up(settings(), target))


def restore(source: Annotated[Path, typer.Argument(help="备份的 .zip 文件。")]) -> None:
    """从备份恢复到空的数据文件夹；已有数据时拒绝。"""
    from server.backup import BackupRefused, put_back

    try:
        typer.echo(put_back(settings(), source))
    except BackupRefused as error:
        fail(str(error))


def export_all(
    target: Annotated[
        Path, typer.Argument(help="存到哪个文件:.zip 是全部记录,.xlsx、.gift、.xml 是题库。")
    ],
    section: Annotated[str, typer.Option(help="只要这一章或这一节的题，如 ch05 或 ch05-s1。")] = "",
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
        fail(f"{error}；全部记录请存成 .zip", 2)
    chosen = [q for q in house().questions.values() if not section or section in (q.section, q.chapter)]
    lost = exchange.left_out(form, chosen)
    target.write_bytes(exchange.write(form, chosen))
    typer.echo(f"已导出 {len(chosen) - len(lost)} 题到 {target}")
    if lost:
        typer.echo(f"有 {len(lost)} 题这种格式装不下，没有写：{exchange.FORMATS[form].cannot}", err=True)


def import_questions(
    source: Annotated[
        Path, typer.Argument(help="题目文件:.xlsx、.gift、.txt(GIFT)、.xml(Moodle),或节号命名的 .yaml。")
    ],
    section: Annotated[str, typer.Option(help="没写编号的题归到哪一节，如 ch05-s1。")] = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="只看会改什么，不收。")] = False,
    reason: Annotated[str, typer.Option(help="为什么改，记进历史。")] = "命令行导入",
) -> None:
    """检查并收下一份题目文件；有一处错就一题也不收。"""
    from quiz import bank, sources
    from server import audit
    from server.checking import plan_file
    from server.database import writing

    rooms = house()
    plan = plan_file(rooms, source, section)
    for fault in plan.faults:
        typer.echo(f"{fault.where}: {fault.message}", err=True)
    if plan.faults:
        fail(f"有 {len(plan.faults)} 处要改，一题也没有收。")
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
    typer.echo(f"{'会收' if dry else '收下'} {len(plan.writes)} 题，{len(plan.of_kind('same'))} 题和现在一样。")
