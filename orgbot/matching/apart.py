"""A model trained in a process of its own: what training takes, 287 MB and the interpreter for seconds, goes
when it ends, and the bot answers meanwhile. What it reads and leaves are files in a folder of its own."""

import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from orgbot.matching.arrays import Arrays, read, write

log = logging.getLogger(__name__)

# Below so many texts, starting a process takes longer than training.
WORTH = 1000
# A message that comes in meanwhile goes first; and where memory is short, this is what goes, not the bot.
NICE, FIRST_TO_GO = 10, "1000"
PYTHON, ROOT = sys.executable, Path(__file__).parents[2]
ORDER, EMBEDDINGS, MODEL, FAILED = "order.json", "embeddings.npz", "model.npz", "failed.txt"


class CutShortError(RuntimeError):
    """Learning was ended: the bot is to stop, or the machine has no memory left for it."""


@dataclass(frozen=True, slots=True)
class Training:
    """What is being trained in this process's name, and whether it is to stop."""

    stopped: Event = field(default_factory=Event)
    at_work: set["subprocess.Popen[bytes]"] = field(default_factory=set)

    def stop(self) -> None:
        """Whatever is being learned is left: the bot ends, and learns it after its next start."""
        self.stopped.set()
        for process in [*self.at_work]:
            process.terminate()


training = Training()


def train(order: dict[str, Any], embeddings: Arrays) -> Arrays | None:
    """What model.train says of the same arguments. None where that cannot be done, which the log says. Raises
    CutShortError."""
    with TemporaryDirectory(prefix="orgbot-") as name:
        folder = Path(name)
        (folder / ORDER).write_text(json.dumps(order), "utf-8")
        write(folder / EMBEDDINGS, embeddings)
        ended = _ran(folder)
        if ended < 0:
            raise CutShortError(_why(-ended))
        found = read(folder / MODEL)
        if found is None:
            log.warning("a process apart could not learn (%s)", _failure(folder) or ended)
        return found


def _ran(folder: Path) -> int:
    """How the process ended, by its code; its standard input stays open for as long as this process lives.
    What it says is nobody's to hear: it may quote the words that it learns from."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, _paths()))}
    command = [PYTHON, "-m", "orgbot.matching.apart", str(folder)]
    if training.stopped.is_set():
        return -signal.SIGTERM
    try:
        process = subprocess.Popen(  # noqa: S603  # this file
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as error:
        _failed(folder, error)
        return 1
    with process:
        training.at_work.add(process)
        try:
            # Asked for between the look above and now.
            if training.stopped.is_set():
                process.terminate()
            return process.wait()
        finally:
            training.at_work.discard(process)


def _failed(folder: Path, error: Exception) -> None:
    (folder / FAILED).write_text(type(error).__name__, "utf-8")


def _failure(folder: Path) -> str:
    """The type of what was raised, "" when nothing was."""
    with suppress(OSError):
        return (folder / FAILED).read_text("utf-8")
    return ""


def _paths() -> tuple[str, str]:
    return str(ROOT), os.environ.get("PYTHONPATH", "")


def _why(number: int) -> str:
    advice = "; il lui faut 300 Mo de mémoire : libères-en, puis relance le bot"
    return f"l’apprentissage a été interrompu (signal {number})" + advice * (number == signal.SIGKILL)


def main(folder: Path) -> None:
    from orgbot.matching.model import train as here  # noqa: PLC0415  # which imports this file

    Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, "utf-8")
    try:
        order = json.loads((folder / ORDER).read_text("utf-8"))
        write(folder / MODEL, here(order, read(folder / EMBEDDINGS) or {}))
    except Exception as error:
        _failed(folder, error)
        raise


def _end_with_parent(folder: Path) -> None:
    """Who would have removed the folder is gone, and lessons are people's words."""
    # Not through sys.stdin, whose lock Python wants back when it ends.
    os.read(0, 1)
    rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
