"""Backup, restore and full export."""

import sqlite3
import tempfile
import zipfile
from pathlib import Path

from server.database import reading
from server.exports import everything
from server.house import House
from server.settings import Settings

DATABASE = "kefu.db"


class BackupRefused(ValueError):
    """Nothing was changed; the message says why."""


def back_up(settings: Settings, target: Path) -> str:
    """A consistent copy of the running database (VACUUM INTO) with the site content, as one archive."""
    source = settings.data / DATABASE
    if not source.exists():
        raise BackupRefused(f"没有找到数据库 {source}；PostgreSQL 请用 pg_dump。")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        connection = sqlite3.connect(source)
        connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, DATABASE)
            for path in sorted(settings.site_content.rglob("*")):
                if path.is_file():
                    archive.write(path, Path("content") / path.relative_to(settings.site_content))
    return f"已备份到 {target}"


def put_back(settings: Settings, source: Path) -> str:
    """Unpack a backup into an empty data folder."""
    if (settings.data / DATABASE).exists():
        raise BackupRefused(f"{settings.data} 里已有数据库，没有恢复；请换一个空文件夹（KEFU_DATA）。")
    if not source.is_file() or not zipfile.is_zipfile(source):
        raise BackupRefused(f"{source} 不是备份文件。")
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        if DATABASE not in names or any(n.startswith("/") or ".." in Path(n).parts for n in names):
            raise BackupRefused(f"{source} 里没有数据库，或含有越界的路径，没有恢复。")
        settings.data.mkdir(parents=True, exist_ok=True)
        archive.extractall(settings.data)
    return f"已恢复到 {settings.data}"


def export_everything(house: House, target: Path) -> str:
    """Every table as CSV and JSON, without secrets."""
    with reading(house.engine) as session:
        target.write_bytes(everything(session))
    return f"已导出到 {target}"
