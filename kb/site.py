"""The writable site layer: one file per article, each save a commit in a git history beside it."""

import fcntl
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb.articles import Article


@dataclass(frozen=True)
class Version:
    """One saved state of an article."""

    id: str
    author: str
    at: str
    reason: str


class SaveFailed(OSError):
    """Nothing was changed; the message says what to do, in Chinese."""


def save(folder: Path, name: str, text: str, author: str, reason: str) -> None:
    """Write beside, fsync, rename, commit; the old text stays when any of it fails."""
    path = folder / name
    with one_at_a_time(folder):
        try:
            put(path, text)
        except OSError as error:
            raise SaveFailed(f"没有存上（{error.strerror}），原来的内容没有动；请检查磁盘后再存") from error
        commit(folder, [name], author, reason)


def save_all(folder: Path, texts: Mapping[str, str], author: str, reason: str) -> None:
    """Save several files as one entry of the history: all of them, or none."""
    with one_at_a_time(folder):
        before = {name: read_if_there(folder / name) for name in texts}
        try:
            for name, text in texts.items():
                put(folder / name, text)
            commit(folder, list(texts), author, reason)
        except OSError as error:
            for name, text in before.items():
                put(folder / name, text) if text is not None else (folder / name).unlink(missing_ok=True)
            if isinstance(error, SaveFailed):
                raise
            raise SaveFailed(f"没有存上（{error.strerror}），原来的内容没有动；请检查磁盘后再存") from error


def read_if_there(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def put(path: Path, text: str) -> None:
    """Write beside, fsync, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def remove(folder: Path, name: str, author: str, reason: str) -> None:
    """Take a site article away, so that the shipped one shows again; history keeps it."""
    with one_at_a_time(folder):
        (folder / name).unlink(missing_ok=True)
        commit(folder, [name], author, reason)


def history(folder: Path, name: str) -> list[Version]:
    if not (folder / ".git").is_dir():
        return []
    lines = git(folder, "log", "--format=%H%x1f%an%x1f%cI%x1f%s", "--", name).splitlines()
    return [Version(*line.split("\x1f")) for line in lines]


def text_at(folder: Path, name: str, version: str) -> str:
    return git(folder, "show", f"{version}:{name}")


def difference(folder: Path, name: str, version: str) -> list[str]:
    """Changed lines of one version, each with + or - in front."""
    shown = git(folder, "show", "--format=", "--unified=0", version, "--", name)
    return [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".git").is_dir():
            git(folder, "init", "-q")
            (folder / ".gitignore").write_text(".lock\n*.tmp\n")
        yield


def commit(folder: Path, names: Sequence[str], author: str, reason: str) -> None:
    git(folder, "add", "-A", "--", *names)
    who = f"{author} <kefu@localhost>"
    git(folder, "-c", "user.name=kefu", "-c", "user.email=kefu@localhost", "commit", "-q", "--allow-empty",
        f"--author={who}", "-m", reason or "修改")  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )
    if done.returncode:
        raise SaveFailed(f"历史没有记上：{done.stderr.strip()[:120]}")
    return done.stdout


def source_of(article: Article, shipped: Path, site: Path) -> str:
    """The text of the file that an article was read from."""
    return ((site if article.layer == "site" else shipped) / article.path).read_text(encoding="utf-8")
