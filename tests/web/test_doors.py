"""Who gets in, who sees what, and what every response carries."""

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from server import clock
from server.app import PUBLIC
from server.database import writing
from server.people import first_admin_link


def paths(app):
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route if hasattr(context, "original_route") else context
        path = getattr(context, "path", None) or getattr(route, "path", "")
        methods = getattr(context, "methods", None) or getattr(route, "methods", None) or ()
        found += [(path, method) for method in methods if method in ("GET", "POST")]
    return found


def fill(path):
    import re

    return re.sub(r"\{[^}]+\}", "1", path)


def test_every_route_but_the_public_ones_needs_a_person(app, outsider):
    checked = 0
    for path, method in paths(app):
        if path in PUBLIC or path.startswith("/static"):
            continue
        answer = outsider.request(method, fill(path), follow_redirects=False)
        assert answer.status_code in (303, 401, 422) and answer.status_code != 200, (
            path,
            method,
            answer.status_code,
        )
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in"), path
        checked += 1

    assert checked > 40


def test_a_planted_open_route_would_be_noticed(app, outsider):
    router = APIRouter()
    router.add_api_route("/open", lambda: "hello")
    app.include_router(router)

    assert ("/open", "GET") in paths(app)
    assert outsider.get("/open").status_code == 200


def test_the_first_link_sets_the_administrators_password_once(house, outsider):
    link = first_admin_link(house.engine, clock.now())
    first = outsider.post(f"/setup/{link}", data={"password": "correct-horse-9"}, follow_redirects=False)
    again = outsider.post(f"/setup/{link}", data={"password": "another-horse-9"}, follow_redirects=False)

    assert (first.status_code, again.status_code) == (303, 404)
    assert first_admin_link(house.engine, clock.now()) is None


@pytest.mark.parametrize("login", ["admin", "nobody"])
def test_a_wrong_password_and_an_unknown_name_answer_alike(outsider, login):
    answer = outsider.post("/sign-in", data={"login": login, "password": "wrong-one-here"})

    assert answer.status_code == 401
    assert "工号或密码不对" in answer.text


def test_a_form_from_another_site_changes_nothing(app, xiaolin):
    answer = xiaolin.post("/chat", data={"say": "漏水"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_a_large_body_is_refused_before_it_is_read(xiaolin):
    assert xiaolin.post("/chat", data={"say": "长" * 600_000}).status_code == 413


@pytest.mark.parametrize("path", ["/search", "/sign-in", "/nowhere"])
def test_every_response_carries_the_security_headers(xiaolin, path):
    headers = xiaolin.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_a_trainee_does_not_find_the_trainers_pages(xiaolin):
    assert {404} == {
        xiaolin.get(path).status_code
        for path in ("/team", "/people", "/content", "/training", "/team/reviews")
    }


def test_a_trainer_sees_only_the_own_team(laochen):
    assert [laochen.get(f"/team/{person}").status_code for person in (1, 3)] == [200, 404]


def test_anothers_drill_and_paper_look_as_if_they_did_not_exist(sign_in):
    mine, other = sign_in("xiaolin"), sign_in("xiaozhou")
    drill = mine.post("/drills/start/repair-leak-ceiling", follow_redirects=False).headers["location"]
    paper = mine.post(
        "/quiz/open", data={"mode": "practice", "section": "ch05-s4"}, follow_redirects=False
    ).headers["location"]

    assert [other.get(drill).status_code, other.get(paper).status_code] == [404, 404]
    assert other.post(f"{drill}/say", data={"say": "您好"}).status_code == 404


def test_signing_out_ends_the_session(xiaolin):
    xiaolin.post("/sign-out", follow_redirects=False)

    assert xiaolin.get("/search", follow_redirects=False).headers["location"].split("?")[0] == "/sign-in"


def test_redirects_stay_on_this_site(outsider, house):
    from sqlmodel import select

    from server.accounts.passwords import hash_password
    from server.accounts.tables import Person

    with writing(house.engine) as session:
        person = session.exec(select(Person).where(Person.login == "xiaolin")).one()
        person.password = hash_password("correct-horse-9")
    answer = outsider.post(
        "/sign-in",
        data={"login": "xiaolin", "password": "correct-horse-9", "next": "//evil.example"},
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/"
