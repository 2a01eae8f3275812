"""What an act asks the database."""

from sqlalchemy import event


def statements(engine, act):
    """The SQL of every statement that `act` sends, without pragmas and transactions."""
    seen = []

    def note(connection, cursor, text, *rest):
        if not text.startswith(("PRAGMA", "BEGIN")):
            seen.append(text)

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return seen
