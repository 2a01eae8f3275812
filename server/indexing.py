"""The full index built again after edits, in a process of its own, so that searches never wait for it."""

import logging
import os
import subprocess
import sys
from subprocess import CalledProcessError

from server.house import House

log = logging.getLogger("kefu.search")
# A build for every save would be waste: wait until saves have paused for so many seconds.
PAUSE = 5.0


def keep_index(house: House) -> None:
    """Build again whenever the handbook has changed; runs as long as the process."""
    while house.stale.wait():
        while house.stale.is_set():
            house.stale.clear()
            house.stale.wait(PAUSE)
        try:
            build_apart(house)
            house.reopen_index()
        except (OSError, ValueError, KeyError, RuntimeError, CalledProcessError) as error:
            log.warning("the index could not be built again, searches go on with the old one: %s", error)


def build_apart(house: House) -> None:
    """Run `kefu index` at the lowest priority; raises CalledProcessError when it fails."""
    place = {"KEFU_DATA": str(house.settings.data), "KEFU_ENCODER": house.settings.encoder}
    subprocess.run(
        [sys.executable, "-c", "import os; os.nice(15); from server.cli import main; main()", "index"],
        env=os.environ | place, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
