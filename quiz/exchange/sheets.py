"""Questions as an Excel sheet: one a row, every cell text; all eight types fit."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter

from quiz.exchange.drafts import Draft, Fault, Misread, clean, put_apart, put_together, row_of, section_of
from quiz.questions import LETTERS, RED_LINES, TYPES, Question

SHEET = "题目"
OPTIONS = tuple(f"选项{letter}" for letter in LETTERS)
HEADINGS = ("编号", "题型", "题干", *OPTIONS, "答案", "配对", "要点", "解析", "难度", "出处", "红线", "依据")
REQUIRED = ("题型", "题干", "解析", "难度")
TYPE_IDS = {name: kind for kind, name in TYPES.items()}
WIDTHS = {
    "编号": 14,
    "题型": 9,
    "题干": 44,
    "答案": 8,
    "配对": 36,
    "要点": 44,
    "解析": 44,
    "难度": 6,
    "出处": 38,
    "红线": 10,
    "依据": 30,
}
MOST_ROWS = 5000
GUIDE = (
    ("编号", "节号-q序号，如 ch05-s1-q03。空着就接着这一节往下编；写已有的编号就是改那道题。"),
    ("题型", "、".join(TYPES.values())),
    ("选项A–选项H", "单选、多选、判断以外不填；排序题按正确顺序填，出题时系统打乱。"),
    ("答案", "单选一个字母，多选字母连写如 ACD，判断写 对 或 错，其他题型空着。"),
    ("配对", "连线题：一行一对，左右用 | 隔开。"),
    ("要点", "填空、简答、案例分析：一行一个要点，几种说法用 | 隔开。"),
    ("难度", "1 背得出就会，2 要对照情形想一想，3 几条规定一起用。"),
    ("出处", "一行一条，文章编号#标题。"),
    ("红线", "、".join(RED_LINES) + "；不是红线就空着。"),
    ("竖线本身", r"文字里要写 | 时写 \|，换行写 \n，反斜杠写 \\（只在配对和要点里）。"),
)  # fmt: skip


def write_sheet(questions: Iterable[Question]) -> bytes:
    """A workbook with the questions and a page on how to fill it in; no cell can be a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "valign": "vcenter"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for column, name in enumerate(HEADINGS):
        sheet.write_string(0, column, name, head)
        sheet.set_column(column, column, WIDTHS.get(name, 20), cell)
    number = 0
    for number, q in enumerate(questions, 1):
        for column, text in enumerate(cells_of(q)):
            sheet.write_string(number, column, text, cell)
    sheet.freeze_panes(1, 3)
    for name, choices in (
        ("题型", list(TYPES.values())),
        ("难度", ["1", "2", "3"]),
        ("红线", list(RED_LINES)),
    ):
        column = HEADINGS.index(name)
        sheet.data_validation(1, column, max(number, 500), column, {"validate": "list", "source": choices})
    guide = book.add_worksheet("填写说明")
    guide.set_column(0, 0, 16)
    guide.set_column(1, 1, 90, cell)
    for at, (name, text) in enumerate(GUIDE):
        guide.write_string(at, 0, name)
        guide.write_string(at, 1, text, cell)
    book.close()
    return out.getvalue()


def cells_of(q: Question) -> list[str]:
    row = row_of(q)
    found = dict.fromkeys(HEADINGS, "") | dict(zip(OPTIONS, q.options, strict=False))
    found |= {
        "编号": q.id, "题型": TYPES[q.type], "题干": q.stem, "答案": row.get("answer", ""), "解析": q.explanation,
        "配对": "\n".join(put_together(p) for p in q.pairs), "要点": "\n".join(put_together(p) for p in q.key),
        "难度": str(q.difficulty), "出处": "\n".join(row["cites"]), "红线": q.red_line, "依据": q.basis,
    }  # fmt: skip
    return [found[name] for name in HEADINGS]


def read_sheet(data: bytes) -> tuple[list[Draft], list[Fault]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise Misread("这个 Excel 文件打不开，请在 Excel 里另存为 .xlsx 再试") from error
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(max_row=MOST_ROWS + 10, max_col=60), 1)
    for number, row in rows:
        names = [clean(c.value) if c.value is not None else "" for c in row]
        if "题型" in names and "题干" in names:
            return read_rows(names, number, rows)
        if number == 5:
            break
    raise Misread(f"前 5 行里没有表头。表头要有：{'、'.join(REQUIRED)}，可先下载空白模板")


def read_rows(names: Sequence[str], head: int, rows: Iterator) -> tuple[list[Draft], list[Fault]]:
    faults = [
        Fault(f"第 {head} 行", f"没有“{n}”这一列，请删掉或改名") for n in names if n and n not in HEADINGS
    ]
    faults += [Fault(f"第 {head} 行", f"缺少“{n}”这一列") for n in REQUIRED if n not in names]
    faults += [Fault(f"第 {head} 行", f"有两列“{n}”") for n in HEADINGS if names.count(n) > 1]
    drafts: list[Draft] = []
    for number, row in rows if not faults else ():
        if number - head > MOST_ROWS:
            return drafts, [*faults, Fault(f"第 {number} 行", f"一次最多 {MOST_ROWS} 题，请分开导入")]
        cells: dict[str, str] = {}
        for name, cell in zip(names, row, strict=False):
            if name:
                text, fault = text_of(cell)
                cells[name] = text
                faults += [Fault(f"第 {number} 行 {name}", fault)] if fault else []
        if any(cells.values()):
            drafts.append(draft_of(f"第 {number} 行", cells))
    return drafts, faults


def text_of(cell: object) -> tuple[str, str]:
    """The text of a cell, or what is wrong with it."""
    kind, value = getattr(cell, "data_type", "n"), cell.value
    if value is None:
        return "", ""
    if kind == "f" or type(value).__name__ in ("ArrayFormula", "DataTableFormula"):
        return "", "是公式，请改成文字"
    if kind == "e":
        return "", f"是出错的公式（{value}），请改成文字"
    if isinstance(value, bool):
        return ("对" if value else "错"), ""
    if isinstance(value, int | float):
        return (str(int(value)) if float(value).is_integer() else repr(value)), ""
    if not isinstance(value, str):
        return "", "是日期或时间，请把单元格改成文本格式再写"
    return clean(value), ""


def draft_of(where: str, cells: dict[str, str]) -> Draft:
    kind = TYPE_IDS.get(cells.get("题型", ""), cells.get("题型", ""))
    options = [cells.get(name, "") for name in OPTIONS]
    while options and not options[-1]:
        options.pop()
    row: dict = {
        "id": cells.get("编号", ""), "type": kind, "stem": cells.get("题干", ""), "explanation": cells.get("解析", ""),
        "difficulty": number_of(cells.get("难度", "")), "cites": cells.get("出处", "").split("\n") if cells.get("出处") else [],
        "red_line": cells.get("红线", ""), "basis": cells.get("依据", ""),
    }  # fmt: skip
    if options:
        row["options"] = options
    if cells.get("答案"):
        row["answer"] = cells["答案"].upper().replace(" ", "")
    if cells.get("要点"):
        row["key"] = [put_apart(line) for line in cells["要点"].split("\n") if line.strip()]
    if cells.get("配对"):
        row["pairs"] = [put_apart(line) for line in cells["配对"].split("\n") if line.strip()]
    return Draft(where, row, section_of(row["id"]))


def number_of(text: str) -> object:
    return int(text) if text.isdigit() else text
