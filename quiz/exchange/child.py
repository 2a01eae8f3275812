"""The child process that parses one sent file: `python -m quiz.exchange.child xlsx < file`."""

import json
import resource
import sys

from quiz.exchange.drafts import Misread
from quiz.exchange.gift import read_gift
from quiz.exchange.moodle import read_moodle
from quiz.exchange.sheets import read_sheet

READERS = {"xlsx": read_sheet, "gift": read_gift, "xml": read_moodle}
CPU_SECONDS = 10
MEMORY = 512 * 1024 * 1024


def limit() -> None:
    """Bounds on processor time and memory; no file may grow."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(key: str) -> int:
    limit()
    try:
        drafts, faults = READERS[key](sys.stdin.buffer.read())
    except Misread as error:
        print(json.dumps({"refused": str(error)}))
        return 2
    found = [{"where": d.where, "row": d.row, "section": d.section, "notes": d.notes} for d in drafts]
    print(json.dumps({"drafts": found, "faults": [[f.where, f.message] for f in faults]}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
