"""Files that people send: kept by the hash of their content outside the web root, and not for long."""

import hashlib
import os
import re
import time

from server.settings import Settings

KEEP_SECONDS = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{64}\.[a-z]{3,4}")


def keep(settings: Settings, suffix: str, data: bytes) -> str:
    """Store the bytes; the token that finds them again is their hash and the suffix."""
    folder = settings.data / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - KEEP_SECONDS:
            old.unlink(missing_ok=True)
    token = f"{hashlib.sha256(data).hexdigest()}{suffix}"
    fresh = folder / f"{token}.tmp"
    fresh.write_bytes(data)
    os.replace(fresh, folder / token)
    return token


def find(settings: Settings, token: str) -> bytes | None:
    path = settings.data / "uploads" / token
    return path.read_bytes() if TOKEN.fullmatch(token) and path.is_file() else None
