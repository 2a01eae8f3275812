"""Excel sheets in the form of the handbook's tables; every cell is text, never a formula."""

import io
from collections.abc import Sequence
from urllib.parse import quote

import xlsxwriter
from fastapi.responses import Response

from kb.articles import Article

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> bytes:
    """One printable sheet."""
    return workbook_of([(title, headings, rows, note)])


def workbook_of(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[object]], str]]) -> bytes:
    """Printable sheets, each a title, Chinese headings repeated on every page, bordered cells and a note below."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    for title, headings, rows, note in sheets:
        add_sheet(book, title, headings, rows, note)
    book.close()
    return out.getvalue()


def add_sheet(book, title: str, headings: Sequence[str], rows: Sequence[Sequence[object]], note: str) -> None:
    sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    big = book.add_format({"bold": True, "font_size": 14, "align": "center"})
    head = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "bg_color": "#EEF1F5", "valign": "vcenter"}
    )
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    last = max(len(headings) - 1, 0)
    sheet.merge_range(0, 0, 0, last, title, big) if last else sheet.write_string(0, 0, title, big)
    for column, name in enumerate(headings):
        sheet.write_string(1, column, name, head)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row):
            plain = isinstance(value, int | float) and not isinstance(value, bool)
            sheet.write_number(number, column, value, cell) if plain else sheet.write_string(
                number, column, words(value), cell
            )
    for column, name in enumerate(headings):
        longest = max([len(name), *(len(words(r[column])) for r in rows if column < len(r))])
        sheet.set_column(column, column, max(8, min(40, longest * 2)))
    if note:
        sheet.write_string(len(rows) + 3, 0, note)
    sheet.repeat_rows(0, 1)
    sheet.set_paper(9)
    sheet.set_landscape() if len(headings) > 6 else sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def words(value: object) -> str:
    return "" if value is None else "是" if value is True else "否" if value is False else str(value)


def form_workbook(article: Article) -> bytes:
    """The fields of a form article as headings of an empty sheet to fill in."""
    rows = [
        [c.strip() for c in line.strip().strip("|").split("|")]
        for line in article.heading("字段").splitlines()
        if line.strip().startswith("|") and not set(line.strip()) <= set("|-: ")
    ]
    fields = [row[0].replace("*", "") for row in rows[1:]]
    return workbook(article.title, fields or ["内容"], [[""] * max(len(fields), 1) for _ in range(20)])


def sheet_response(data: bytes, name: str) -> Response:
    return Response(
        data, media_type=XLSX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )
