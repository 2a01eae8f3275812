"""Three edits of the sample team's handbook, and who has read them so far."""

import re
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from kb import reading, site
from server import bulletin, changelog, clock
from server.accounts.tables import Person
from server.house import House

# Article, heading, the line that is added, why, how many days ago, whether it matters to everyone, how many have read it.
EDITS = (
    ("ch03-s4-script-leak-wechat", "升级路径", "4. 当天 18 点前还没修好：客服主管给报修的业主回一次电话，群里说一声“已分别回复”。",
     "上周群里追问两天没人回", 9, True, 7),
    ("ch05-s4-script-fee-late-phone", "先核实", "- 上次约好的缴费日是哪天，过了没有", "核实时总漏问约定的日子", 4, False, 4),
    ("ch03-s4-script-lift-trapped-phone", "先核实", "- 对讲接通后报的是不是同一部梯，两边编号核一次", "演练时报错了梯号", 1, True, 3),
)  # fmt: skip


def edit_handbook(session: Session, house: House, editor: Person, readers: Sequence[Person]) -> None:
    """Begin the record five weeks ago, then publish each edit on its day and let the first few read it."""
    now = clock.now()
    changelog.take_note(session, house.library, now - timedelta(weeks=5, days=1))
    for article_id, heading, line, why, days, important, read in EDITS:
        before, at = house.library.articles[article_id], now - timedelta(days=days)
        text = with_line(site.source_of(before, reading.CONTENT, house.settings.site_content), heading, line)
        site.save(house.settings.site_content, before.path, text, editor.name, why)
        del house.library
        after = house.library.articles[article_id]
        changelog.published(session, before, after, at, editor.id, why, important)
        for number, person in enumerate(readers[:read], 1):
            bulletin.confirm(session, person, article_id, after.digest, at + timedelta(hours=number))


def with_line(text: str, heading: str, line: str) -> str:
    """The text with one more line at the end of a heading."""
    return re.sub(
        rf"(?ms)^(## {heading}\n.*?)\n*(?=^## |\Z)", lambda m: f"{m[1].rstrip()}\n{line}\n", text, count=1
    )
