"""Chapter 11 through its pages: every form of the handbook, gates and decisions, filing, exports."""

import io
import re
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from sqlmodel import SQLModel, select

from quiz.tables import Attempt, Certificate, QuestionVersion
from quiz.training.rules import REQUIRED
from quiz.training.tables import (
    AnnualPlan,
    ArchiveNote,
    ClassRun,
    Course,
    Employee,
    Evaluation,
    EvidenceRow,
    InstructorReview,
    LevelChange,
    Makeup,
    Mentoring,
    MonthlyPlan,
    Notice,
    Progress,
    SignIn,
    TrainingRecord,
)
from scenarios.tables import DrillAssignment, DrillRun
from server import clock, lessons
from server.accounts.tables import Person
from server.database import reading, writing
from server.standing import standing_of
from server.tables import AuditEntry
from tests.statements import statements

TODAY = clock.today()
MONTH = TODAY.strftime("%Y-%m")
# 小林 is person 1, 老陈 (trainer) 2, 管理员 5.
PAGES = {
    "档案": "/training/archive/1", "年计划": f"/training/plans?year={TODAY.year}", "月计划": f"/training/calendar?month={MONTH}",
    "课程": "/training/courses", "场次": "/training/runs/1", "打印": "/training/runs/1/print", "带教": "/training/mentoring/1",
    "评估": "/training/evaluation", "讲师评": "/training/instructors", "个人": "/team/1", "首页": "/team", "档案打印": "/training/archive/1/print",
    "演练": "/drills/1", "考卷": "/quiz/1",
}  # fmt: skip
# The list of ch11-s3: form → (table, column or None when it is derived, word on the page, page).
FIELDS = {
    "员工": [(Employee, "number", "员工编号", "档案"), (Employee, "person_id", "小林", "档案"), (Employee, "post", "岗位", "档案"),
            (Employee, "project", "项目", "档案"), (Employee, "hired", "入职日", "档案"), (Employee, "level", "试用", "档案"),
            (Employee, "mentor_id", "师傅", "档案"), (Employee, "status", "状态", "档案")],
    "年计划": [(AnnualPlan, "year", "年度", "年计划"), (AnnualPlan, "goal", "目标", "年计划"), (AnnualPlan, "theme", "主题", "年计划"),
             (AnnualPlan, "audience", "对象", "年计划"), (AnnualPlan, "hours", "学时", "年计划"), (AnnualPlan, "quarter", "季度", "年计划"),
             (AnnualPlan, "budget", "预算", "年计划"), (AnnualPlan, "owner_id", "负责人", "年计划"), (AnnualPlan, "approved_by", "审批", "年计划")],
    "月计划": [(MonthlyPlan, "month", "月", "月计划"), (MonthlyPlan, "course_id", "课程", "月计划"), (MonthlyPlan, "sections", "章节", "月计划"),
             (MonthlyPlan, "day", "日期", "月计划"), (MonthlyPlan, "place", "地点", "月计划"), (MonthlyPlan, "instructor_id", "讲师", "月计划"),
             (MonthlyPlan, "audience", "对象", "月计划"), (MonthlyPlan, "way", "方式", "月计划"), (MonthlyPlan, "hours", "学时", "月计划"),
             (MonthlyPlan, "required", "必修", "月计划"), (MonthlyPlan, "status", "状态", "月计划")],
    "课程": [(Course, "id", "编号", "课程"), (Course, "title", "标题", "课程"), (Course, "sections", "章节", "课程"), (Course, "goal", "目标", "课程"),
            (Course, "level", "等级", "课程"), (Course, "minutes", "时长", "课程"), (Course, "question_sections", "题库", "课程"),
            (Course, "scenario_ids", "演练", "课程"), (Course, "pass_mark", "通过线", "课程"), (Course, "valid_months", "有效期", "课程"),
            (Course, "version", "版本", "课程")],
    "场次": [(ClassRun, "course_id", "催缴红线", "场次"), (ClassRun, "starts", "月", "场次"), (ClassRun, "place", "会议室", "场次"),
            (ClassRun, "instructor_id", "讲师", "场次"), (ClassRun, "expected", "应到", "场次"), (SignIn, "arrived", "实到", "场次")],
    "签到表": [(SignIn, "run_id", "签到", "场次"), (SignIn, "person_id", "员工", "场次"), (SignIn, "arrived", "签到", "打印"),
             (SignIn, "left", "签退", "打印"), (SignIn, "way", "方式", "打印"), (SignIn, "late", "迟到", "打印"), (SignIn, "early", "早退", "打印"),
             (SignIn, "leave_reason", "请假", "打印"), (SignIn, "proxy", "代签", "打印"), (SignIn, "makeup_run_id", "补课", "打印")],
    "培训记录": [(TrainingRecord, "course_id", "课程", "档案"), (TrainingRecord, "run_id", "场次", "档案"), (TrainingRecord, "hours", "学时", "档案"),
              (TrainingRecord, "score", "成绩", "档案"), (TrainingRecord, "passed", "合格", "档案"), (TrainingRecord, "certificate", "证书", "档案"),
              (TrainingRecord, "makeups", "补考次数", "档案"), (TrainingRecord, "day", "日期", "档案")],
    "一人一档": [(Employee, "hired", "入职日", "档案打印"), (ArchiveNote, "kind", "岗前", "档案打印"), (TrainingRecord, "hours", "年学时", "档案打印"),
              (TrainingRecord, "score", "成绩", "档案打印"), (DrillRun, "total", "演练", "档案打印"), (LevelChange, "after", "等级变更", "档案打印"),
              (Certificate, "code", "证书", "档案打印"), (ArchiveNote, "words", "奖惩", "档案打印"), (Mentoring, "week", "带教", "档案打印"),
              (ArchiveNote, "words", "评语", "档案打印")],
    "考卷与作答": [(QuestionVersion, "body", "ques", "考卷"), (Attempt, "score", "分", "考卷"), (Attempt, "started", "练习", "考卷")],
    "补考": [(Makeup, "exam", "原考", "档案"), (Makeup, "reason", "原因", "档案"), (Makeup, "due", "日期", "档案"), (Makeup, "number", "次数", "档案"),
            (Makeup, "passed", "结果", "档案"), (Makeup, "approved_by", "批准人", "档案")],
    "演练": [(DrillAssignment, "scenario_id", "情景", "首页"), (DrillAssignment, "person_id", "给谁", "首页"), (DrillAssignment, "due", "几天内", "首页"),
            (DrillAssignment, "by_id", "布置", "首页"), (DrillAssignment, "pass_mark", "布置", "首页")],
    "演练评估": [(DrillRun, "state", "全部对话", "演练"), (DrillRun, "total", "机评", "演练"), (DrillRun, "vetoed", "逐项看", "演练"),
              (DrillRun, "reviewed_total", "复核", "演练"), (DrillRun, "scenario_id", "先改这一句", "演练")],
    "带教": [(Mentoring, "mentor_id", "师傅", "带教"), (Mentoring, "goal", "周目标", "带教"), (Mentoring, "observation", "观察记录", "带教"),
            (Mentoring, "checklist", "清单勾选", "带教"), (Mentoring, "mentor_signed", "双签", "带教"), (Mentoring, "apprentice_signed", "徒弟", "带教")],
    "柯氏四级": [(Evaluation, "level", "反应", "评估"), (Evaluation, "before", "前测与后测", "评估"), (Evaluation, "days_after", "30、60、90 日", "评估"),
              (Evaluation, "measure", "质检", "评估"), (Evaluation, "quarter", "季度", "评估"), (Evaluation, "value", "收缴率", "评估")],
    "进度": [(Progress, "section", "节", "个人"), (Progress, "state", "状态", "个人"), (Progress, "first", "首末学", "个人"), (Progress, "seconds", "时长", "个人"),
            (Progress, "best", "最佳分", "个人"), (Progress, "weak", "薄弱点", "个人"), (Progress, "next_review", "下次复习", "个人")],
    "等级变更": [(LevelChange, "before", "前后级", "档案"), (LevelChange, "basis", "依据", "档案"), (LevelChange, "approved_by", "批准", "档案"),
              (LevelChange, "effective", "生效", "档案"), (LevelChange, "review_on", "复评日", "档案")],
    "讲师评": [(InstructorReview, "learner_score", "学员分", "讲师评"), (InstructorReview, "pass_rate", "通过率", "讲师评"),
             (InstructorReview, "material_updates", "课件更新", "讲师评")],
}  # fmt: skip


@pytest.fixture
def filled(house, sign_in):
    """小林 with a line in every form of chapter 11."""
    now = clock.now()
    with writing(house.engine) as session:
        session.add(Employee(person_id=1, number="0317", post="客服专员", project="云杉里", hired=date(2026, 9, 1), level="probation",
                             level_since=date(2026, 9, 1), mentor_id=2))  # fmt: skip
        session.add(AnnualPlan(year=TODAY.year, goal="会催", theme="催缴", audience="全员", hours=4, quarter=4, owner_id=2))
        session.add(Course(title="催缴红线", sections=["ch05-s1"], goal="不越线", question_sections=["ch05-s1"]))
        session.flush()
        session.add(MonthlyPlan(month=MONTH, course_id=1, sections=["ch05-s1"], day=TODAY, place="会议室", instructor_id=2,
                                audience="全员", hours=4))  # fmt: skip
        session.add(ClassRun(course_id=1, starts=now, ends=now + timedelta(hours=1), place="会议室", instructor_id=2,
                             expected=[1], code="204815", code_until=now + timedelta(hours=2)))  # fmt: skip
        session.add(SignIn(run_id=1, person_id=1, arrived=now, left=now, way="签到码", late=True, early=True, leave_reason="就医",
                           proxy=True, makeup_run_id=1))  # fmt: skip
        session.add(TrainingRecord(person_id=1, course_id=1, run_id=1, hours=1, score=82, passed=True, certificate="PX-1", day=TODAY))
        session.add(Makeup(person_id=1, exam="入职考", reason="不及格", due=TODAY))
        session.add(Mentoring(mentor_id=2, apprentice_id=1, week=TODAY, goal="报工号", observation="报了",
                              checklist=[{"item": "收尾", "done": True}]))  # fmt: skip
        session.add(Evaluation(level=4, quarter="2026Q3", measure="收缴率", value=91, by_id=2, at=now))
        session.add(LevelChange(person_id=1, before="onboarding", after="probation", approved_by=2, effective=TODAY,
                                review_on=TODAY, basis={"入职考": "86 分"}, at=now))  # fmt: skip
        session.add(ArchiveNote(person_id=1, kind="岗前", words="企业制度", by_id=2, day=TODAY))
        session.add(InstructorReview(instructor_id=2, period="2026Q3", learner_score=90, pass_rate=88, by_id=5, at=now))
    mine = sign_in("xiaolin")
    drill = mine.post("/drills/start/repair-leak-ceiling", follow_redirects=False).headers["location"]
    mine.post(f"{drill}/say", data={"say": "您好", "turn": 0})
    mine.post(f"{drill}/end")
    paper = mine.post("/quiz/open", data={"mode": "practice", "section": "ch05-s4"}, follow_redirects=False).headers["location"]
    mine.post(f"{paper}/submit")
    return house


def test_every_field_of_chapter_11_has_a_column_and_a_page_that_shows_it(filled, laochen):
    shown = {name: laochen.get(path).text for name, path in PAGES.items()}
    missing = [
        (form, word) for form, fields in FIELDS.items() for table, column, word, page in fields
        if column not in table.__table__.columns or word not in re.sub(r"<option[^>]*>.*?</option>", "", shown[page])
    ]  # fmt: skip

    assert [] == missing


def test_every_page_of_training_is_linked_from_the_front_page(filled, laochen):
    front = laochen.get("/training").text
    own = [PAGES[n].split("?")[0] for n in ("年计划", "月计划", "课程", "评估", "讲师评", "档案", "场次")]

    assert [] == [path for path in own if f'href="{path}' not in front]


def test_a_plan_is_approved_by_somebody_else_and_then_becomes_a_session(filled, laochen, sign_in):
    step = "/training/plans/monthly/1/step"
    laochen.post(step, data={"to": "待批"})
    own = laochen.post(step, data={"to": "已批"})
    sign_in("admin").post(step, data={"to": "已批"})
    laochen.post("/training/runs", data={"course_id": 1, "day": str(TODAY), "hour": "09:00", "place": "会议室", "plan_id": 1})

    assert own.status_code == 400
    with reading(filled.engine) as session:
        assert session.get(MonthlyPlan, 1).approved_by == 5
        assert session.exec(select(ClassRun.plan_id)).all()[-1] == 1


def test_filing_a_session_counts_absence_as_nothing_and_asks_for_a_makeup(filled, laochen):
    laochen.post("/training/runs", data={"course_id": 1, "day": str(TODAY), "hour": "09:00", "place": "会议室"})
    laochen.post("/training/runs/2/mark", data={"person_id": 1, "how": "present"})
    laochen.post("/training/runs/2/close")
    laochen.post("/training/runs/2/score", data={"person_id": 1, "before": 50, "after": 90})

    with reading(filled.engine) as session:
        filed = {r.person_id: (r.hours, r.passed) for r in session.exec(select(TrainingRecord).where(TrainingRecord.run_id == 2))}
        missed = session.exec(select(Makeup).where(Makeup.reason == "无故缺课")).one()
        learned = session.exec(select(Evaluation).where(Evaluation.level == 2)).one()
    assert {1: (1.0, True), 4: (0.0, False)} == filed
    assert 4 == missed.person_id
    assert (50, 90) == (learned.before, learned.value)


def test_the_code_signs_in_and_out(filled, xiaolin):
    with writing(filled.engine) as session:
        session.delete(session.get(SignIn, 1))
    xiaolin.post("/training/sign-in", data={"code": "204815"})
    xiaolin.post("/training/sign-in", data={"code": "204815", "leaving": "true"})

    with reading(filled.engine) as session:
        row = session.exec(select(SignIn)).one()
    assert (row.way, row.late, row.early) == ("签到码", False, True)


def pass_all(house, person_id=1):
    """Everything that ends probation, as evidence."""
    now = clock.now()
    with writing(house.engine) as session:
        lessons.add_evidence(session, house, [lessons.Evidence(person_id, s, "exam", 90, now) for s in REQUIRED], now)
        for scenario in list(house.scenarios)[:6]:
            session.add(DrillRun(person_id=person_id, scenario_id=scenario, started=now, ended=now, ending="done", total=88))
        session.add(Attempt(person_id=person_id, mode="exam", title="笔试", started=now, submitted=now, score=86, passed=True))


def test_promotion_is_proposed_by_the_system_and_decided_by_a_person(filled, laochen):
    decide = "/training/archive/1/level"
    refused = laochen.post(decide, data={"level": "qualified", "reason": "表现好"})
    pass_all(filled)
    for kind in ("师傅鉴定", "主管鉴定"):
        laochen.post("/training/archive/1/note", data={"kind": kind, "words": "可以独立上岗"})
    proposed = laochen.get("/training").text
    laochen.post(decide, data={"level": "qualified", "reason": "五项都达标"})

    assert refused.status_code == 400 and "还差" in refused.text
    assert "可以晋级为合格" in proposed
    with reading(filled.engine) as session:
        change = session.exec(select(LevelChange).where(LevelChange.after == "qualified")).one()
        assert session.get(Employee, 1).level == "qualified"
    assert (2, "17/17") == (change.approved_by, change.basis["必修 17 节全部合格"])


def test_a_red_line_lowers_a_level_only_when_a_person_decides(filled, laochen):
    laochen.post("/training/archive/1/note", data={"kind": "红线", "words": "把业主电话给了邻居"})
    proposed = laochen.get("/training/archive/1").context
    with reading(filled.engine) as session:
        untouched = session.get(Employee, 1).level
    laochen.post("/training/archive/1/level", data={"level": "onboarding", "reason": "停岗复训"})

    assert "probation" == untouched
    assert proposed["down"].startswith("红线违规")
    assert laochen.get("/training/archive/1").context["down"] == ""
    with reading(filled.engine) as session:
        assert session.get(Employee, 1).level == "onboarding"


def test_recertification_resets_what_must_be_shown_and_keeps_history(filled, laochen):
    pass_all(filled)
    with reading(filled.engine) as session:
        before = len(session.exec(select(EvidenceRow).where(EvidenceRow.kind == "exam")).all())
    laochen.post("/training/archive/1/recertify")

    with reading(filled.engine) as session:
        rows = session.exec(select(EvidenceRow).where(EvidenceRow.kind == "exam")).all()
        states = set(session.exec(select(Progress.state).where(Progress.person_id == 1, Progress.section.in_(REQUIRED))))
        assert standing_of(session, filled, session.get(Person, 1)).written_mark is None
    assert before == len(rows)
    assert {"过期"} == states


def test_what_a_mentor_writes_about_an_owner_is_masked_before_it_is_kept(filled, laochen):
    monday = clock.today() - timedelta(days=clock.today().weekday())
    laochen.post("/training/mentoring/1", data={"week": str(monday), "goal": "先报工号", "observation": "回访张女士 13800138000 时没报工号"})
    shown = laochen.get("/training/mentoring/1").text

    assert "时没报工号" in shown and "13800138000" not in shown


def test_changing_a_mentoring_week_takes_back_the_signatures(filled, laochen, xiaolin):
    monday = TODAY - timedelta(days=TODAY.weekday())
    week = {"week": str(monday), "goal": "报工号", "observation": "三通都报了", "done": ["收尾并约定回访"]}
    for client in (laochen, laochen, xiaolin):
        client.post("/training/mentoring/1", data=week)
        client.post("/training/mentoring/1/sign", data={"week": str(monday)})
    with reading(filled.engine) as session:
        signed = session.exec(select(Mentoring).where(Mentoring.week == monday)).first()
    laochen.post("/training/mentoring/1", data={**week, "goal": "给时限"})

    assert signed.mentor_signed and signed.apprentice_signed
    with reading(filled.engine) as session:
        row = session.exec(select(Mentoring).where(Mentoring.week == monday)).first()
    assert (row.mentor_signed, row.apprentice_signed) == (None, None)


def test_quarterly_results_are_taken_whole_or_not_at_all(filled, laochen):
    bad = laochen.post("/training/evaluation/results", data={"lines": "2026Q2,投诉率,1.2\n2026Q2,心情,3"})
    laochen.post("/training/evaluation/results", data={"lines": "2026Q2\t投诉率\t1.2%\n2026Q2,满意度,88"})

    assert bad.status_code == 400
    assert laochen.get("/training/evaluation").context["quarters"]["2026Q2"] == {"投诉率": 1.2, "满意度": 88}


def test_the_questionnaire_is_taken_once_on_the_day(filled, xiaolin):
    answers = {f"q{i}": "5" for i in range(5)}
    first = xiaolin.post("/training/runs/1/feedback", data=answers, follow_redirects=False)
    again = xiaolin.post("/training/runs/1/feedback", data=answers)

    assert (303, 400) == (first.status_code, again.status_code)


@pytest.mark.parametrize("path", ["/training/runs/1/sheet.xlsx", "/training/archive/1/sheet.xlsx",
                                  f"/training/summary.xlsx?month={MONTH}", "/training/evaluation.xlsx"])  # fmt: skip
def test_forms_are_sheets_of_text_with_repeated_headings(filled, laochen, path):
    with writing(filled.engine) as session:
        session.get(Course, 1).title = "=1+1"
    book = openpyxl.load_workbook(io.BytesIO(laochen.get(path).content))

    assert all(sheet.print_title_rows == "$1:$2" for sheet in book)
    assert not [c for sheet in book for row in sheet for c in row if c.data_type == "f"]


def test_one_person_and_everything_can_be_exported(filled, laochen, sign_in):
    one = zipfile.ZipFile(io.BytesIO(laochen.get("/training/archive/1/export").content))
    whole = zipfile.ZipFile(io.BytesIO(sign_in("admin").get("/training/export").content))

    assert {"mentoring.csv", "makeup.csv", "all.json"} <= set(one.namelist())
    assert "annualplan.csv" in whole.namelist() and "password" not in whole.read("person.csv").decode()
    assert [404, 404] == [laochen.get(p).status_code for p in ("/training/archive/3/export", "/training/export")]


def test_looking_at_somebody_elses_archive_is_on_record(filled, laochen, xiaolin):
    xiaolin.get("/training/mine")
    laochen.get("/training/archive/1")

    with reading(filled.engine) as session:
        seen = session.exec(select(AuditEntry).where(AuditEntry.act == "view")).all()
    assert [(2, "archive xiaolin")] == [(row.person_id, row.target) for row in seen]


@pytest.mark.parametrize("path", ["/training/archive/1", "/training/archive/1/print", "/training/mentoring/1", "/team/1"])
def test_another_team_sees_nothing(filled, sign_in, path):
    assert 404 == sign_in("xiaozhou").get(path).status_code


def test_the_desk_asks_the_database_at_most_six_times(filled, laochen):
    assert 200 == laochen.get("/team").status_code
    for path in ("/team", "/team?team=1"):
        assert len(statements(filled.engine, lambda path=path: laochen.get(path))) <= 6


def test_a_notice_is_shown_until_it_is_read(filled, laochen, xiaolin):
    laochen.post("/training/runs/1/notice")
    before = xiaolin.get("/").text
    xiaolin.post("/training/notices/read")

    assert "培训通知" in before and "培训通知" not in xiaolin.get("/").text
    with reading(filled.engine) as session:
        assert session.exec(select(Notice)).one().person_id == 1


def test_rules_are_the_administrators_to_set(filled, laochen, sign_in):
    admin = sign_in("admin")
    admin.post("/training/rules", data={"entry_mark": "85", "required": ["ch05-s1"]})

    assert 404 == laochen.post("/training/rules", data={"entry_mark": "60"}).status_code
    rules = admin.get("/training/rules").context["rules"]
    assert (85, ("ch05-s1",)) == (rules.entry_mark, rules.required)


def test_all_tables_of_chapter_11_are_among_the_fields():
    listed = {table.__tablename__ for fields in FIELDS.values() for table, *_ in fields}
    ours = {t.__tablename__ for t in SQLModel.__subclasses__() if t.__module__ == "quiz.training.tables"}

    assert {"reading", "evidencerow", "setting", "notice"} == ours - listed
