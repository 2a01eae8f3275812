"""Password hashing and the rules a password must meet."""

import re
import threading
from contextlib import contextmanager

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
SLOTS = threading.BoundedSemaphore(2)
QUEUE = threading.BoundedSemaphore(20)
# A hash of nothing anyone knows, so that an unknown login takes as long as a wrong password.
DECOY = HASHER.hash("decoy-7f3a91c2")
COMMON = {
    "12345678", "123456789", "1234567890", "password", "qwertyui", "11111111", "88888888", "00000000",
    "abc12345", "a1234567", "kefu1234", "wuye1234", "admin123", "password1", "iloveyou", "66666666",
}  # fmt: skip


class TooBusy(Exception):
    """More sign-ins are waiting than the machine can check."""


class WeakPassword(ValueError):
    """The password is refused; the message says why, in Chinese."""


@contextmanager
def hashing_slot():
    if not QUEUE.acquire(blocking=False):
        raise TooBusy
    try:
        with SLOTS:
            yield
    finally:
        QUEUE.release()


def hash_password(password: str) -> str:
    with hashing_slot():
        return HASHER.hash(password)


def verify(password: str, hashed: str) -> bool:
    """Whether the password fits; takes the same time when there is no hash."""
    with hashing_slot():
        if not hashed:
            HASHER.verify(password, DECOY)
            return False
        return HASHER.verify(password, hashed)


def require_strong(password: str, login: str, policy: str = "plain") -> None:
    if not 8 <= len(password) <= 128:
        raise WeakPassword("密码要 8 到 128 个字符")
    folded = password.lower()
    if folded in COMMON or len(set(folded)) < 4 or (len(login) >= 4 and login.lower() in folded):
        raise WeakPassword("这个密码太常见或含有工号，换一个")
    kinds = sum(bool(re.search(p, password)) for p in (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]"))
    if policy == "dengbao" and kinds < 3:
        raise WeakPassword("密码要含大写、小写、数字、符号中的三种")
