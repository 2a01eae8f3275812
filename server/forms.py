"""The handbook's forms as sheets: sign-in, training record, archive, monthly summary, evaluation, news read."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, select

from quiz.training.records import rules
from quiz.training.rules import LEVELS
from quiz.training.tables import Course, Evaluation, Makeup, SignIn, TrainingRecord
from server import clock
from server.accounts.tables import Person
from server.bulletin import Reach
from server.sheets import workbook_of

SIGN_HEADS = ("工号", "姓名", "签到", "签退", "方式", "迟到", "早退", "请假事由", "代签", "补课")
RECORD_HEADS = ("姓名", "学时", "成绩", "合格", "证书", "补考次数", "日期")
MONTH_HEADS = ("工号", "姓名", "场次", "学时", "应有学时", "平均成绩", "不合格", "待补考", "迟到", "请假")
EVALUATION_HEADS = ("层级", "姓名", "课程", "指标", "天数", "季度", "前测", "值", "说明", "日期")
NEWS_HEADS = ("改动时间", "篇名", "要紧", "为什么改", "改了哪几栏", "应读", "已读", "还没读的人")
READER_HEADS = ("工号", "姓名", "篇名", "改动日", "读过并理解")
LAYERS = {1: "一、反应", 2: "二、学习", 3: "三、行为", 4: "四、结果"}


def sign_row(person: Person, row: SignIn | None) -> tuple:
    if row is None:
        return (person.login, person.name, *[""] * 8)
    return (person.login, person.name, at(row.arrived, "%m-%d %H:%M"), at(row.left, "%H:%M"), row.way, row.late, row.early,
            row.leave_reason, row.proxy, f"场次 {row.makeup_run_id}" if row.makeup_run_id else "")  # fmt: skip


def at(moment, form: str) -> str:
    return clock.local(moment).strftime(form) if moment else ""


def run_workbook(facts: Mapping) -> bytes:
    run, course, names = facts["run"], facts["course"], facts["names"]
    people = [names[i] for i in run.expected if i in names]
    note = f"{at(run.starts, '%Y-%m-%d %H:%M')} 到 {at(run.ends, '%H:%M')}  {run.place}  讲师 {facts['instructor'].name}  应到 {len(people)}  实到 {facts['present']}"
    filed = [
        (names[i].name, r.hours, r.score, r.passed, r.certificate, r.makeups, r.day)
        for i, r in facts["filed"].items() if i in names
    ]  # fmt: skip
    return workbook_of([
        (f"签到表 {course.title}", SIGN_HEADS, [sign_row(p, facts["signed"].get(p.id)) for p in people], note + "    讲师签字：        记录人：        日期："),
        (f"培训记录 {course.title}", RECORD_HEADS, filed, note),
    ])  # fmt: skip


def archive_workbook(facts: Mapping, names: Mapping[int, str], scenarios: Mapping) -> bytes:
    employee, who = facts["employee"], facts["who"]
    basics = [
        ("姓名", who.name), ("工号", employee.number), ("岗位", employee.post), ("项目", employee.project),
        ("入职日", employee.hired), ("等级", LEVELS[employee.level]), ("师傅", names.get(employee.mentor_id, "")),
        ("状态", employee.status), (f"{facts['year']} 年学时", facts["hours"]),
    ]  # fmt: skip
    return workbook_of([
        (f"一人一档 {who.name}", ("项目", "内容"), basics, "本人：        师傅：        客服主管："),
        ("培训记录", ("课程", *RECORD_HEADS[1:], "有效期到", "状态"), [
            (facts["courses"].get(r.course_id, ""), r.hours, r.score, r.passed, r.certificate, r.makeups, r.day,
             *((p.until, p.state) if (p := facts["passes"].get(r.id)) else ("", ""))) for r in facts["records"]], ""),
        ("考试与补考", ("考试", "成绩", "合格", "日期"), [(a.title, a.score, a.passed, at(a.submitted, "%Y-%m-%d")) for a in facts["sat"]], ""),
        ("补考", ("原考", "原因", "限期", "第几次", "成绩", "结果", "批准人"), [
            (m.exam, m.reason, m.due, m.number, m.score, m.passed, names.get(m.approved_by, "")) for m in facts["makeups"]], ""),
        ("演练", ("情景", "机评", "复核", "一票否决", "日期"), [
            (scenarios[r.scenario_id].title if r.scenario_id in scenarios else r.scenario_id, r.total, r.reviewed_total, r.vetoed,
             at(r.ended, "%Y-%m-%d")) for r in facts["drills"]], ""),
        ("等级变更", ("前", "后", "依据", "理由", "批准人", "生效", "复评日"), [
            (LEVELS[c.before], LEVELS[c.after], "；".join(f"{k} {v}" for k, v in c.basis.items() if k != "红线记录"), c.reason,
             names.get(c.approved_by, ""), c.effective, c.review_on) for c in facts["changes"]], ""),
        ("证书", ("编号", "名称", "成绩", "日期"), [(c.code, c.title, c.score, at(c.issued, "%Y-%m-%d")) for c in facts["certificates"]], ""),
        ("鉴定奖惩评语", ("类别", "内容", "分", "记录人", "日期"), [
            (n.kind, n.words, n.score, names.get(n.by_id, ""), n.day) for n in facts["notes"]], ""),
        ("带教", ("周", "师傅", "周目标", "观察记录", "清单", "师傅签", "徒弟签"), [
            (m.week, names.get(m.mentor_id, ""), m.goal, m.observation, "、".join(c["item"] for c in m.checklist if c["done"]),
             at(m.mentor_signed, "%Y-%m-%d"), at(m.apprentice_signed, "%Y-%m-%d")) for m in facts["weeks"]], ""),
    ])  # fmt: skip


def news_workbook(rows: Sequence[Reach], people: Mapping[int, Person]) -> bytes:
    """Changes of the handbook and who has read them: one sheet by change, one by person."""
    changes = [
        (at(r.version.at, "%Y-%m-%d %H:%M"), r.version.title, r.version.important, r.version.words, "、".join(r.version.headings),
         r.size, len(r.read), "、".join(people[i].name for i in r.waiting))
        for r in rows
    ]  # fmt: skip
    lines = [
        (people[i].login, people[i].name, r.version.title, at(r.version.at, "%Y-%m-%d"), at(r.read.get(i), "%Y-%m-%d %H:%M"))
        for r in rows for i in (*r.waiting, *r.read)
    ]  # fmt: skip
    return workbook_of([("手册改动", NEWS_HEADS, changes, ""), ("谁读过", READER_HEADS, lines, "读过栏空着的是还没有读。")])


def month_workbook(session: Session, people: Sequence[Person], month: str) -> bytes:
    return workbook_of([(f"培训月度汇总 {month}", MONTH_HEADS, month_rows(session, people, month), "")])


def month_rows(session: Session, people: Sequence[Person], month: str) -> list[tuple]:
    ids, needed = [p.id for p in people], rules(session).hours_a_month
    filed = [r for r in session.exec(select(TrainingRecord).where(col(TrainingRecord.person_id).in_(ids)))
             if r.day.strftime("%Y-%m") == month]  # fmt: skip
    runs = {r.run_id for r in filed}
    signed = session.exec(select(SignIn).where(col(SignIn.run_id).in_(runs))).all()
    waiting = session.exec(select(Makeup).where(col(Makeup.person_id).in_(ids), col(Makeup.passed).is_(None))).all()
    found = []
    for p in people:
        mine = [r for r in filed if r.person_id == p.id]
        marks = [r.score for r in mine if r.score is not None]
        came = [s for s in signed if s.person_id == p.id]
        found.append((
            p.login, p.name, sum(r.hours > 0 for r in mine), sum(r.hours for r in mine), needed,
            round(sum(marks) / len(marks), 1) if marks else None, sum(r.passed is False for r in mine),
            sum(m.person_id == p.id for m in waiting), sum(s.late for s in came), sum(bool(s.leave_reason) for s in came),
        ))  # fmt: skip
    return found


def evaluation_workbook(session: Session, people: Mapping[int, str]) -> bytes:
    courses = dict(session.exec(select(Course.id, Course.title)).all())
    rows = [
        (LAYERS[e.level], people.get(e.person_id, ""), courses.get(e.course_id, ""), e.measure, e.days_after, e.quarter, e.before,
         e.value, e.words, day_of(e))
        for e in session.exec(select(Evaluation).order_by(Evaluation.level, col(Evaluation.id)))
        if e.person_id is None or e.person_id in people
    ]  # fmt: skip
    return workbook_of([("培训效果评估表", EVALUATION_HEADS, rows, "")])


def day_of(row: Evaluation) -> date:
    return clock.local(row.at).date()
