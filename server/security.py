"""What every request meets before a handler: size, origin, headers and one log line."""

import logging
import secrets
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("kefu.access")
MAX_BODY = 1024 * 1024
MAX_UPLOAD = 20 * 1024 * 1024
MAX_QUERY = 500
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


class BodyTooLarge(Exception):
    pass


class Guard:
    """Refuses foreign origins and large bodies, and puts the security headers on every response."""

    def __init__(self, app: ASGIApp, *, hsts: bool = False) -> None:
        self.app, self.hsts = app, hsts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, request_id = time.perf_counter(), secrets.token_hex(6)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self.add_headers(scope, MutableHeaders(scope=message), request_id)
            await send(message)

        refusal = refuse(scope)
        try:
            if refusal:
                await refusal(scope, receive, send_guarded)
            else:
                await self.app(scope, limited(receive, limit_of(scope)), send_guarded)
        except BodyTooLarge:
            await PlainTextResponse("内容太大，没有保存；请减小后再试", 413)(scope, receive, send_guarded)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            took = (time.perf_counter() - started) * 1000
            person = scope["state"].get("person_id", "-")
            log.info("%s %s %s person=%s %.1fms %s", scope["method"], route, status, person, took, request_id)

    def add_headers(self, scope: Scope, headers: MutableHeaders, request_id: str) -> None:
        headers["Content-Security-Policy"] = POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
        headers["X-Request-Id"] = request_id
        if self.hsts:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if not scope["path"].startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")


def limit_of(scope: Scope) -> int:
    return MAX_UPLOAD if "/import" in scope["path"] else MAX_BODY


def refuse(scope: Scope):
    """A response for a request that may not go on, or None."""
    headers = Headers(scope=scope)
    if len(scope.get("query_string", b"")) > MAX_QUERY * 9:
        return JSONResponse({"detail": "查询太长，请控制在 500 字以内"}, 414)
    if int(headers.get("content-length") or 0) > limit_of(scope):
        return PlainTextResponse("内容太大，没有保存；请减小后再试", 413)
    if scope["method"] not in SAFE and not from_here(scope, headers):
        return PlainTextResponse("请求来自别的网站，没有执行；请回到本系统页面重试", 403)
    return None


def from_here(scope: Scope, headers: Headers) -> bool:
    """Same-origin by Fetch Metadata, by Origin, or a bearer token, which no foreign page can add."""
    if headers.get("authorization", "").startswith("Bearer "):
        return True
    site = headers.get("sec-fetch-site")
    if site:
        return site == "same-origin"
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host")


def limited(receive: Receive, limit: int) -> Receive:
    """A receive channel that stops when a body without a length grows too large."""
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLarge
        return message

    return receive_limited
