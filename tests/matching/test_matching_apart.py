"""Training in a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from orgbot.knowledge.model import EntryId
from orgbot.matching import apart
from orgbot.matching.apart import WORTH, CutShortError, Training
from orgbot.matching.model import FILES, Model, Told, obtain, train

NOTHING = Told([], [])
ABOUT = {EntryId("temps"): "pas une minute", EntryId("budget"): "plus une cenne", None: "la meteo"}


@pytest.fixture(autouse=True)
def training(monkeypatch: pytest.MonkeyPatch) -> Iterator[Training]:
    """Of this test alone: one that was stopped learns no more."""
    own = Training()
    monkeypatch.setattr(apart, "training", own)
    yield own
    assert not own.at_work


def large() -> Told:
    pairs = [(entry, f"{said} {at}") for entry, said in ABOUT.items() for at in range(WORTH // 2)]
    return Told([entry for entry, _ in pairs], [text for _, text in pairs])


def trained(cache: Path | None) -> Model:
    return obtain(large(), NOTHING, None, cache, None)


def best(model: Model) -> str:
    return model("une minute", None).ranking[0][0]


def test_it_learns_the_same_apart_as_here(tmp_path: Path) -> None:
    order = {"learned": asdict(large()), "trials": asdict(NOTHING)}
    there, here = apart.train(order, {}), train(order, {})
    assert there is not None
    assert there.keys() == here.keys()
    assert all(np.array_equal(there[name], here[name]) for name in here)
    assert best(trained(tmp_path)) == "temps"
    assert len([*tmp_path.glob(FILES)]) == 1


def test_the_process_that_answers_does_not_load_what_trains() -> None:
    """Not even where nothing can be kept on disk."""
    script = """
import json, sys
from tests.matching.test_matching_apart import best, trained
print(json.dumps([best(trained(None)), "sklearn" in sys.modules]))
"""
    command = [sys.executable, "-c", script]
    said = subprocess.run(command, capture_output=True, check=True, text=True, cwd=apart.ROOT)
    assert json.loads(said.stdout) == ["temps", False]


def test_where_no_process_can_be_started_it_learns_all_the_same_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for broken in (tmp_path / "nowhere", Path("/bin/false")):
        caplog.clear()
        monkeypatch.setattr(apart, "PYTHON", str(broken))
        assert best(trained(None)) == "temps"
        assert "could not learn" in caplog.text


def test_a_bot_that_stops_does_not_wait_for_what_it_learns(tmp_path: Path, training: Training) -> None:
    with ThreadPoolExecutor(1) as thread:
        learning = thread.submit(trained, tmp_path)
        while not training.at_work:
            assert not learning.done()
            time.sleep(0.01)
        training.stop()
        with pytest.raises(CutShortError):
            learning.result()
    # Nor does it begin to.
    with pytest.raises(CutShortError):
        trained(tmp_path)
    assert [*tmp_path.glob(FILES)] == []


def test_nothing_goes_on_learning_for_a_process_that_is_gone() -> None:
    """Nor are the words that it learned from left behind."""
    script = """
import os, signal, threading
from orgbot.matching import apart
from tests.matching.test_matching_apart import trained
threading.Thread(target=trained, args=(None,), daemon=True).start()
while not apart.training.at_work: pass
process = next(iter(apart.training.at_work))
print(process.pid, process.args[-1], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, text=True, cwd=apart.ROOT
    )
    number, folder = said.stdout.split()
    left = Path("/proc") / number
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and left.exists():
        time.sleep(0.05)
    assert not left.exists()
    assert not Path(folder).exists()
