"""Who may see whom: people see themselves, trainers the teams they lead, administrators everyone."""

from sqlmodel import Session, col, or_, select

from server.accounts.tables import Person, TeamTrainer


def may_see(session: Session, viewer: Person, person_id: int) -> bool:
    if viewer.id == person_id or viewer.role == "admin":
        return True
    if viewer.role != "trainer":
        return False
    person = session.get(Person, person_id)
    return bool(person and person.team_id and session.get(TeamTrainer, (person.team_id, viewer.id)))


def people_query(viewer: Person):
    """The active people whose training the viewer looks after, by name."""
    mine = select(Person).where(Person.active, or_(Person.role == "trainee", Person.role == "staff"))
    if viewer.role != "admin":
        teams = select(TeamTrainer.team_id).where(TeamTrainer.person_id == viewer.id)
        mine = mine.where(col(Person.team_id).in_(teams))
    return mine.order_by(Person.name)


def people_of(session: Session, viewer: Person) -> list[Person]:
    return list(session.exec(people_query(viewer)))
