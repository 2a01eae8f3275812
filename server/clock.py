"""The clock: rooms take the time as an argument, and this is where it comes from."""

from datetime import UTC, date, datetime, timedelta, timezone

# Records, due dates and "today" follow Beijing time wherever the machine stands.
BEIJING = timezone(timedelta(hours=8))


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().astimezone(BEIJING).date()


def local(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)
