"""The application: rooms opened, middleware, routes and error pages joined."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from server import changelog, clock, errors, migrate, reminders
from server.database import open_engine, writing
from server.house import House
from server.indexing import keep_index
from server.routes import (
    accounts,
    api,
    archive,
    bank,
    certificates,
    chat,
    classes,
    content,
    courses,
    debriefs,
    drills,
    evaluations,
    exams,
    handbook,
    home,
    mentoring,
    news,
    opening,
    people,
    plans,
    quality,
    quizzes,
    reviews,
    scenarios,
    search,
    team,
    trail,
    training,
)
from server.security import Guard
from server.settings import Settings, settings

log = logging.getLogger("kefu")
STATIC = Path(__file__).parent / "static"
# Routes that answer without a signed-in person, each with its reason.
PUBLIC = {
    "/sign-in": "where people sign in",
    "/setup/{token}": "a single-use link sets the first password",
    "/verify": "whoever holds a printed certificate checks its code; shows no full name",
    "/healthz": "the process supervisor asks whether the process lives",
    "/readyz": "the load balancer asks whether the process may serve",
}
ROUTERS = (
    accounts.router,
    home.router,
    news.router,
    search.router,
    chat.router,
    handbook.router,
    drills.router,
    debriefs.router,
    certificates.router,
    opening.router,
    reviews.router,
    quizzes.router,
    quality.router,
    bank.router,
    exams.router,
    team.router,
    training.router,
    plans.router,
    courses.router,
    classes.router,
    archive.router,
    mentoring.router,
    evaluations.router,
    scenarios.router,
    content.router,
    people.router,
    trail.router,
    api.router,
)


class LongLivedStatic(StaticFiles):
    """Static files whose address carries a version, so that browsers keep them for a year."""

    async def get_response(self, path: str, scope) -> Response:
        response = await super().get_response(path, scope)
        if b"v=" in scope.get("query_string", b""):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(
    config: Settings | None = None, house: House | None = None, *, compress: bool = True
) -> FastAPI:
    """The whole application; `compress` is off in tests, since gzip hides what a template was given."""
    config = config or settings()
    house = house or House(config, open_engine(config.database))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        Thread(target=house.warm, daemon=True).start()
        Thread(target=note_handbook, args=(house,), daemon=True).start()
        Thread(target=keep_index, args=(house,), daemon=True).start()
        Thread(target=remind_daily, args=(house,), daemon=True).start()
        yield

    app = FastAPI(title="客服学堂", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house = house
    if compress:
        app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(Guard, hsts=config.secure_cookies)
    errors.add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    add_probes(app, house)
    app.mount("/static", LongLivedStatic(directory=STATIC), name="static")
    return app


def note_handbook(house: House) -> None:
    """Write down which texts are in force, so that what a new release changed becomes news."""
    library = house.library
    with writing(house.engine) as session:
        changelog.take_note(session, library, clock.now())


def remind_daily(house: House) -> None:
    """A minute after the start and then every hour: each reminder has a key, so repeating says nothing twice."""
    while True:
        time.sleep(60)
        try:
            reminders.daily(house)
        except Exception:
            log.exception("reminders failed")
        time.sleep(3540)


def add_probes(app: FastAPI, house: House) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        return PlainTextResponse("ok")

    @app.get("/readyz")
    def readyz() -> Response:
        state = {"database": migrate.is_current(house.engine), "index": "searcher" in house.__dict__}
        return JSONResponse(state, 200 if all(state.values()) else 503)
