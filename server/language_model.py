"""The optional language model: one OpenAI-compatible endpoint, given little time and no trust."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from server.settings import Settings

log = logging.getLogger("kefu.llm")
FAILURES, REST = 3, 60.0
AT_ONCE = 4
MOST_TOKENS, MOST_CHARACTERS = 600, 4000


class ModelFailed(Exception):
    """Why there is no rewriting, in words for the page."""


@dataclass
class Breaker:
    """Opens after FAILURES failures in a row and lets one request try again after REST seconds."""

    failures: int = 0
    until: float = 0.0

    def refuses(self, now: float) -> bool:
        return self.failures >= FAILURES and now < self.until

    def record(self, worked: bool, now: float) -> None:
        self.failures = 0 if worked else self.failures + 1
        self.until = now + REST


@dataclass
class LanguageModel:
    """The endpoint of the settings; `now` is a monotonic clock."""

    settings: Settings
    now: Callable[[], float] = time.monotonic
    breaker: Breaker = field(default_factory=Breaker)
    places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    @property
    def configured(self) -> bool:
        """Whether an endpoint is set that may be used: over TLS, or on this machine or its own network."""
        return bool(self.settings.llm_model) and safe(self.settings.llm_base_url)

    def stream(self, messages: Sequence[dict[str, str]]) -> Iterator[str]:
        """The model's words as they come; every fault becomes ModelFailed, and the time limit is for the whole."""
        if self.breaker.refuses(self.now()):
            raise ModelFailed("语言模型连续失败，暂停使用，一分钟后再试")
        if not self.places.acquire(blocking=False):
            raise ModelFailed("语言模型正忙")
        try:
            yield from self.timed(messages)
        except ModelFailed:
            self.breaker.record(False, self.now())
            raise
        else:
            self.breaker.record(True, self.now())
        finally:
            self.places.release()

    def timed(self, messages: Sequence[dict[str, str]]) -> Iterator[str]:
        """Chunks read by a thread of its own, so that an endpoint that hangs or drips is left when the time is over."""
        chunks: queue.Queue[str | Exception | None] = queue.Queue()
        left = threading.Event()
        threading.Thread(target=self.read, args=(messages, chunks, left), daemon=True).start()
        end, length = self.now() + self.settings.llm_timeout, 0
        try:
            while (chunk := taken(chunks, end - self.now())) is not None:
                length += len(chunk)
                if length > MOST_CHARACTERS:
                    return
                yield chunk
        finally:
            left.set()

    def read(self, messages: Sequence[dict[str, str]], chunks: queue.Queue, left: threading.Event) -> None:
        try:
            for chunk in self.ask(messages):
                if left.is_set():
                    return
                chunks.put(chunk)
            chunks.put(None)
        except Exception as error:  # whatever an endpoint or its library does ends in the extractive answer
            chunks.put(error)

    def ask(self, messages: Sequence[dict[str, str]]) -> Iterator[str]:
        import httpx2
        from openai import OpenAI

        config = self.settings
        web = httpx2.Client(follow_redirects=False, trust_env=False, timeout=config.llm_timeout)
        key = config.llm_api_key.get_secret_value() or "none"
        with OpenAI(base_url=config.llm_base_url, api_key=key, max_retries=0, http_client=web) as client:
            answer = client.chat.completions.create(
                model=config.llm_model, messages=list(messages), stream=True, temperature=0, max_tokens=MOST_TOKENS
            )  # fmt: skip
            for event in answer:
                if event.choices and (words := event.choices[0].delta.content):
                    yield words


def taken(chunks: queue.Queue, seconds: float) -> str | None:
    """The next chunk, or None at the end."""
    try:
        found = chunks.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise ModelFailed("语言模型超时") from None
    if isinstance(found, Exception):
        log.warning("language model failed: %s", type(found).__name__)
        raise ModelFailed("语言模型没有答上来") from None
    return found


def safe(address: str) -> bool:
    """TLS everywhere, plain HTTP only to this machine or a private network."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and near(host))


def near(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_private
    except ValueError:
        return False
