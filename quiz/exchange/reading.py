"""Taking in a file that somebody sends: checked from outside first, then read in a child process with limits."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from quiz.exchange.drafts import Draft, Fault
from quiz.exchange.writing import FORMATS

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_ENTRIES = 2000
SECONDS = 30


class Unreadable(ValueError):
    """The file as a whole is refused; the message says why and what to do."""


def format_of(name: str) -> str:
    suffix = Path(name).suffix.lower()
    for key, form in FORMATS.items():
        if suffix in form.suffixes:
            return key
    raise Unreadable(f"“{suffix or name}”收不了；只收 .xlsx、.gift、.txt（GIFT）和 .xml（Moodle）")


def check_outside(name: str, data: bytes) -> str:
    """The format of a file whose name, first bytes and sizes fit; nothing is parsed yet."""
    key = format_of(name)
    if not data.strip():
        raise Unreadable("文件是空的")
    if len(data) > MAX_BYTES:
        raise Unreadable(f"超过 {MAX_BYTES // 1024 // 1024} MB，请分开导入")
    if key == "xlsx":
        check_archive(data)
    elif b"\0" in data:
        raise Unreadable("是二进制文件，不是文本；请存成 UTF-8")
    elif key == "xml" and not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable("扩展名是 .xml，内容却不是 XML")
    return key


def check_archive(data: bytes) -> None:
    if not data.startswith(b"PK\x03\x04"):
        raise Unreadable("扩展名是 .xlsx，内容却不是 Excel 文件；旧的 .xls 请先另存为 .xlsx")
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("Excel 文件坏了，打不开；请重新保存") from error
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(f"里面有 {len(entries)} 个部件，最多 {MAX_ENTRIES} 个；请新建一个工作簿，只粘贴题目")
    if sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise Unreadable(f"解开后超过 {MAX_UNPACKED // 1024 // 1024} MB；请删掉图片和多余的表")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= {e.filename for e in entries}:
        raise Unreadable("是压缩包，但不是 Excel 文件")


def read_upload(name: str, data: bytes) -> tuple[list[Draft], list[Fault]]:
    """Drafts and faults of a file; the parser runs apart, with 10 s of processor time and 512 MiB."""
    key = check_outside(name, data)
    quiet = {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "quiz.exchange.child", key], input=data, capture_output=True, timeout=SECONDS,
            env=quiet, cwd=Path(__file__).parents[2], check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unreadable("读这个文件花的时间太长，停下了；请分成几个小文件") from error
    if done.returncode == 2:
        raise Unreadable(json.loads(done.stdout)["refused"])
    if done.returncode != 0:
        raise Unreadable("读这个文件要的时间或内存超过了限度，停下了；请分成几个小文件，或重新保存")
    found = json.loads(done.stdout)
    drafts = [Draft(d["where"], d["row"], d["section"], tuple(d["notes"])) for d in found["drafts"]]
    return drafts, [Fault(*f) for f in found["faults"]]
