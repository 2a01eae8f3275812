"""Refusals, and the one place where they become pages."""

import logging
from contextlib import suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from server.accounts.passwords import TooBusy
from server.pages import page

log = logging.getLogger("kefu")


class NotSignedIn(Exception):
    """The request needs a person."""


class Missing(Exception):
    """The object does not exist, or is not this person's to see; both look the same."""


class Refused(ValueError):
    """A form that cannot be carried out; the message says what and what to do, in Chinese."""


def wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def on_not_signed_in(request: Request, _: Exception) -> Response:
    if wants_json(request):
        return JSONResponse({"detail": "请带上有效的令牌"}, 401)
    if "HX-Request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse(f"/sign-in?next={request.url.path}", 303)


def on_missing(request: Request, _: Exception) -> Response:
    if wants_json(request):
        return JSONResponse({"detail": "没有这个对象"}, 404)
    recognise(request)
    return page(request, "errors/404.html", status=404)


def recognise(request: Request) -> None:
    """An address that no route takes has not asked who is there; a signed-in person still gets their own 404."""
    from server.deps import current_person

    if not hasattr(request.state, "person"):
        with suppress(NotSignedIn):
            current_person(request, request.app.state.house)


def on_refused(request: Request, error: Exception) -> Response:
    if wants_json(request):
        return JSONResponse({"detail": str(error)}, 400)
    return page(request, "errors/refused.html", status=400, message=str(error))


def on_invalid(request: Request, error: RequestValidationError) -> Response:
    fields = "、".join(str(e["loc"][-1]) for e in error.errors())
    return on_refused(request, Refused(f"有几项没填对：{fields}。改好再提交，其他内容还在。"))


def on_http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return on_missing(request, error)
    return on_refused(request, Refused("这个地址不支持这样的操作，请从页面上的按钮进入。"))


def on_busy(request: Request, _: Exception) -> Response:
    response = on_refused(request, Refused("同时登录的人太多，请 5 秒后再试一次。"))
    response.status_code = 503
    response.headers["Retry-After"] = "5"
    return response


def on_crash(request: Request, error: Exception) -> Response:
    log.exception("request %s failed", getattr(request.state, "request_id", "-"), exc_info=error)
    if wants_json(request):
        return JSONResponse({"detail": "服务器出错，请稍后重试"}, 500)
    return page(request, "errors/500.html", status=500)


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedIn, on_not_signed_in)
    app.add_exception_handler(Missing, on_missing)
    app.add_exception_handler(Refused, on_refused)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(TooBusy, on_busy)
    app.add_exception_handler(Exception, on_crash)
