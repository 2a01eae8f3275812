"""The audit trail as administrators read it: newest first, filtered, with the state of its chain."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlmodel import Session, col, func, select

from server import audit, clock
from server.accounts.tables import Person
from server.database import writing
from server.deps import Admin, HouseDep, SessionDep
from server.pages import page
from server.sheets import sheet_response, workbook
from server.tables import AuditEntry

router = APIRouter(prefix="/audit")
SHOWN = 50
# An Excel sheet holds about a million rows; more than this nobody reads in one.
MOST = 50_000
HEADS = ("编号", "时间", "工号", "姓名", "做了什么", "对象", "成功", "地址", "链值")
ACTS = {
    "sign-in": "登录", "sign-out": "退出", "password-set": "设密码", "password-reset": "重置密码", "token-made": "建令牌",
    "token-deleted": "删令牌", "person-added": "加人", "person-changed": "改角色或班组", "view": "看别人的档案", "export": "导出",
    "publish": "发布内容", "score-override": "改演练判分", "mark": "改培训成绩", "level": "等级变更", "recertify": "开始复训",
    "setting": "改规则", "plan": "计划流转", "paper-set": "出固定卷", "paper-closed": "收卷", "paper-opened": "重开卷",
    "extra-time": "个人加时", "makeup-extended": "补考延期", "makeup-granted": "另给补考", "export-questions": "导出题目",
    "import-questions": "导入题目", "question-confirmed": "核对出处", "question-restored": "恢复题目", "regrade": "改判",
    "regrade-undone": "撤销改判",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the page is filtered by; empty means everything."""

    person: str
    act: str
    since: str
    until: str

    @property
    def words(self) -> str:
        return urlencode({k: v for k, v in vars(self).items() if v})


def wanted(
    person: Annotated[str, Query(max_length=12, pattern=r"^\d*$")] = "", act: Annotated[str, Query(max_length=40)] = "",
    since: date | str = "", until: date | str = "",
) -> Wanted:  # fmt: skip
    return Wanted(person, act if act in ACTS else "", str(since), str(until))


WantedDep = Annotated[Wanted, Depends(wanted)]


def rows_query(asked: Wanted):
    """Rows with the account of whoever acted, newest first."""
    query = (
        select(AuditEntry, Person.login, Person.name).join(Person, Person.id == AuditEntry.person_id, isouter=True)
        .order_by(col(AuditEntry.id).desc())
    )  # fmt: skip
    if asked.person:
        query = query.where(AuditEntry.person_id == int(asked.person))
    if asked.act:
        query = query.where(AuditEntry.act == asked.act)
    if since := day_of(asked.since):
        query = query.where(col(AuditEntry.at) >= since)
    if until := day_of(asked.until):
        query = query.where(col(AuditEntry.at) < until + timedelta(days=1))
    return query


def day_of(text: str) -> datetime | None:
    """The beginning of a day in Beijing."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), clock.BEIJING)
    except ValueError:
        return None


@router.get("")
def trail(
    request: Request, admin: Admin, session: SessionDep, asked: WantedDep,
    at: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:  # fmt: skip
    """The chain is walked on the first page only: with 100,000 rows that takes a second or two."""
    counted = session.execute(
        rows_query(asked).add_columns(func.count().over()).limit(SHOWN).offset((at - 1) * SHOWN)
    ).all()
    total = counted[0][3] if counted else 0
    people = session.exec(select(Person.id, Person.login, Person.name).order_by(Person.name)).all()
    return page(
        request, "admin/audit.html", rows=counted, asked=asked, at=at, total=total, pages=max(1, -(-total // SHOWN)),
        here=asked.words, people=people, ACTS=ACTS, chain=None if at > 1 or asked.words else audit.chain(session),
    )  # fmt: skip


@router.get("/sheet.xlsx")
def sheet(admin: Admin, house: HouseDep, session: SessionDep, asked: WantedDep) -> Response:
    """The filtered rows as a sheet, with the state of the chain below; the export itself goes on record."""
    data = workbook("操作记录", HEADS, list(lines(session, asked)), audit.chain(session).words)
    with writing(house.engine) as writer:
        audit.record(writer, clock.now(), "export", person_id=admin.id, target=f"audit {asked.words}".strip())
    return sheet_response(data, "操作记录.xlsx")


def lines(session: Session, asked: Wanted):
    for entry, login, name in session.execute(rows_query(asked).limit(MOST)):
        moment = clock.local(entry.at).strftime("%Y-%m-%d %H:%M:%S")
        yield (entry.id, moment, login, name, ACTS.get(entry.act, entry.act), entry.target, entry.success, entry.address,
               entry.chain[:12])  # fmt: skip
