"""The kefu command: what operators, scripts and other programs call."""

from typing import Annotated

import typer

from server import clock
from server.commands import asking, keeping
from server.commands.console import house, prepare
from server.settings import settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="客服学堂：手册查询、问答、演练、测验与培训档案。"
)
# Seconds that an idle connection is kept: whoever saves every few seconds must not meet one that is just closing.
KEEP_ALIVE = 75


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址。")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口。")] = None,
) -> None:
    """启动网站；先迁移数据库，第一次启动打印设置管理员密码的链接。"""
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
            f"\n第一次使用：请打开下面的链接设置管理员密码(工号 admin,24 小时内有效，只能用一次)\n  {address}/setup/{link}\n"
        )
    typer.echo(f"客服学堂 {address}")
    uvicorn.run(
        create_app(config, rooms), host=host or config.host, port=port or config.port,
        access_log=False, log_level="warning", proxy_headers=False, server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
    )  # fmt: skip


def mcp() -> None:
    """以 MCP 服务器提供查询和问答(标准输入输出),供员工自己的助手调用。"""
    from server.assistant import run

    run(house())


# In the order in which `kefu --help` lists them.
COMMANDS = {
    "serve": serve, "check": keeping.check, "index": keeping.index, "search": asking.search, "ask": asking.ask,
    "mask": asking.mask, "judge": asking.judge, "grade": asking.grade, "eval": asking.evaluate, "user": keeping.user,
    "demo": keeping.demo, "backup": keeping.backup, "restore": keeping.restore, "export": keeping.export_all,
    "import": keeping.import_questions, "audit": keeping.audit, "mcp": mcp,
}  # fmt: skip
for name, command in COMMANDS.items():
    app.command(name)(command)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
