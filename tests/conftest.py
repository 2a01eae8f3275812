"""A running house on the shipped content, and the few people of the tests."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from server import clock, migrate
from server.accounts import sessions
from server.accounts.tables import Person, Team, TeamTrainer
from server.app import create_app
from server.database import open_engine, writing
from server.house import House
from server.people import add_person
from server.settings import Settings

PASSWORD = "correct-horse-9"
# 小林 is new, 老陈 trains her, 小周 belongs to another team, 方圆 is on the phone, 管理员 keeps the accounts.
PEOPLE = (("xiaolin", "小林", "trainee", 1), ("laochen", "老陈", "trainer", None), ("xiaozhou", "小周", "trainee", 2),
          ("fangyuan", "方圆", "staff", 1), ("admin", "管理员", "admin", None))  # fmt: skip


@pytest.fixture(scope="session")
def rooms(tmp_path_factory) -> House:
    """Library, index and judge opened once for the whole run; each test has its own database."""
    config = Settings(data=tmp_path_factory.mktemp("data"))
    house = House(config, open_engine("sqlite://"))
    house.searcher  # noqa: B018 - builds the index
    return house


@pytest.fixture
def house(rooms: House, tmp_path) -> House:
    config = rooms.settings.model_copy(update={"data": tmp_path})
    fresh = House(config, open_engine(f"sqlite:///{tmp_path / 'kefu.db'}"))
    for name in ("library", "encoder", "searcher", "judge", "scenarios"):
        fresh.__dict__[name] = getattr(rooms, name)
    fresh.shelf = dict(rooms.shelf)
    migrate.upgrade(fresh.engine)
    with writing(fresh.engine) as session:
        session.add(Team(id=1, name="一班"))
        session.add(Team(id=2, name="二班"))
        session.flush()
        for login, name, role, team in PEOPLE:
            add_person(session, login, name, role, clock.now() - timedelta(days=30), team)
        trainer = session.get(Person, 2)
        session.add(TeamTrainer(team_id=1, person_id=trainer.id))
    return fresh


@pytest.fixture
def app(house: House):
    return create_app(house.settings, house, compress=False)


@pytest.fixture
def outsider(app) -> TestClient:
    return TestClient(app, headers={"Sec-Fetch-Site": "same-origin"}, raise_server_exceptions=False)


@pytest.fixture
def sign_in(app, house: House):
    """sign_in("xiaolin") gives a browser in which 小林 is signed in."""

    def browser(login: str) -> TestClient:
        from sqlmodel import select

        client = TestClient(app, headers={"Sec-Fetch-Site": "same-origin"}, raise_server_exceptions=False)
        with writing(house.engine) as session:
            person = session.exec(select(Person).where(Person.login == login)).one()
            token = sessions.sign_in_known(session, person, clock.now())
        client.cookies.set("kefu_session", token)
        return client

    return browser


@pytest.fixture
def xiaolin(sign_in) -> TestClient:
    return sign_in("xiaolin")


@pytest.fixture
def laochen(sign_in) -> TestClient:
    return sign_in("laochen")
