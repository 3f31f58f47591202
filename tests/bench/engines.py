"""This engine beside four others, on the same phrasings, in one run: quality, time, memory, training.

    make bench

trains each on faq/, says the utterances of tests/eval/dev.jsonl to it, and then again with ten and a hundred
times the entries; writes the table and the picture of docs/matching.md. Each runs in a process of its own,
so that its memory is its own. NLP.js needs Node.js; its version is in tests/bench/nlpjs/package-lock.json.
"""

import json
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz

from orgbot.check import baselines
from orgbot.check.evaluate import evaluate, score
from orgbot.check.report import percent
from orgbot.check.score import read_labelled
from orgbot.knowledge.load import default_folder, load_or_raise
from orgbot.knowledge.model import Entry, EntryId, KnowledgeBase
from orgbot.matching.decision import Decision, Matcher
from orgbot.matching.engine import Engine, build

ROOT = Path(__file__).parents[2]
DEV = ROOT / "tests" / "eval" / "dev.jsonl"
PAGE = ROOT / "docs" / "matching.md"
PICTURE = ROOT / "docs" / "bench.png"
NODE = Path(__file__).parent / "nlpjs"
TIMES = (1, 10, 100)
# Phrasings of each entry that is a copy.
OF_A_COPY = 10
# Seconds: who has not learned the entries and answered by then is given up.
PATIENCE = 900
# NLP.js answers whatever its best intent is: below this score, its own « None ».
NLPJS_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """`milliseconds`: one a message. `memory`: MB. `encoded`: share that needed the encoder."""

    name: str
    entries: int
    quality: tuple[float, float, float, float]
    milliseconds: tuple[float, ...]
    memory: float
    training: float
    encoded: float = 0.0


def grown(kb: KnowledgeBase, times: int) -> KnowledgeBase:
    """`times` as many entries: the copies speak of other things, in words of their own. At a hundred, ten
    copies have the same sentences but for those words: harder than what people write."""
    entries = dict(kb.entries)
    for copy in range(1, times):
        for entry in kb.entries.values():
            name = EntryId(f"{entry.id}-{copy}")
            entries[name] = replace(entry, id=name, phrasings=tuple(_other(entry, copy)), next=())
    return replace(kb, entries=entries)


def _other(entry: Entry, copy: int) -> Iterator[str]:
    """Some of the phrasings, each long word given an ending that no other copy has."""
    letters = "bcdfghjklm"
    ending = letters[copy % 10] + "o" + ("" if copy < 10 else letters[copy // 10])
    step = max(1, len(entry.phrasings) // OF_A_COPY)
    for phrasing in entry.phrasings[copy % step :: step][:OF_A_COPY]:
        yield re.sub(r"\b(\w{5,})\b", rf"\1{ending}", phrasing)


class Counting:
    """How many messages needed the encoder."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.encoded = engine, 0

    def decide(self, text: str) -> Decision:
        decision = self.engine.decide(text)
        self.encoded += decision.why.encoder
        return decision


class Node:
    """NLP.js, in a process of its own that is asked over a pipe."""

    def __init__(self, kb: KnowledgeBase) -> None:
        command = ["node", "--expose-gc", str(NODE / "serve.js")]
        self.process = subprocess.Popen(command, cwd=NODE, stdin=-1, stdout=-1, stderr=-3, text=True)
        self.milliseconds: list[float] = []
        pairs = [(text, entry.id) for entry in kb.entries.values() for text in entry.phrasings]
        self._say(json.dumps({"train": [*pairs, *((text, "None") for text in kb.out_of_scope)]}))
        self.training = float(self._hear()["seconds"])  # type: ignore[arg-type]  # a number

    def decide(self, text: str) -> Decision:
        self._say(re.sub(r"\s+", " ", text) or " ")
        heard = self._hear()
        self.milliseconds.append(float(heard["ms"]))  # type: ignore[arg-type]  # a number
        label, sure = str(heard["label"]), float(heard["score"] or 0)  # type: ignore[arg-type]  # same
        known = None if label == "None" or sure < NLPJS_ENOUGH else EntryId(label)
        return baselines.decided(text, text, known, sure)

    def memory(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> dict[str, object]:
        assert self.process.stdout is not None
        heard: dict[str, object] = json.loads(self.process.stdout.readline())
        return heard


def measure(name: str, times: int) -> Row:
    kb = grown(load_or_raise(default_folder()), times)
    began = time.perf_counter()
    matcher = ENGINES[name](kb)
    training = time.perf_counter() - began
    lines = read_labelled(DEV)
    spent = []
    for line in lines:
        began = time.perf_counter()
        matcher.decide(line.text)
        spent.append(1000 * (time.perf_counter() - began))
    # Of the process that answers or of the one that trained for it, whichever took more.
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    memory = max(peaks) / 1024
    encoded = matcher.encoded / len(lines) if isinstance(matcher, Counting) else 0.0
    reached = score(evaluate(matcher, lines))
    if isinstance(matcher, Node):
        spent, memory, training = matcher.milliseconds[: len(lines)], matcher.memory(), matcher.training
        matcher.process.kill()
        matcher.process.wait()
    quality = (reached.right, reached.one_tap, reached.wrong, reached.outside_answered)
    return Row(name, len(kb.entries), quality, tuple(spent), memory, training, encoded)


def engine(kb: KnowledgeBase) -> Matcher:
    with tempfile.TemporaryDirectory() as folder:
        return Counting(build(kb, Path(folder)))


ENGINES: dict[str, Callable[[KnowledgeBase], Matcher]] = {
    "orgbot": engine,
    "token_set_ratio": baselines.naive,
    "WRatio": lambda kb: baselines.naive(kb, fuzz.WRatio),
    "TF-IDF + SVM": baselines.tfidf,
    "NLP.js": Node,
}


HEAD = (
    "| engine | entries | right | right or one tap | wrong | out of scope answered | ms, p50 | ms, p99 "
    "| MB | training, s |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def _line(row: Row) -> str:
    shares = " | ".join(percent(share) for share in row.quality)
    p50, p99 = statistics.median(row.milliseconds), statistics.quantiles(row.milliseconds, n=100)[98]
    numbers = f"{p50:.1f} | {p99:.1f} | {row.memory:.0f} | {row.training:.1f}"
    return f"| {row.name} | {row.entries} | {shares} | {numbers} |"


def picture(rows: Sequence[Row]) -> None:
    from matplotlib.figure import Figure  # its memory is no engine's

    small = [row for row in rows if row.entries < 100]
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    quality, speed = figure.subplots(1, 2)
    names, places = [row.name for row in small], range(len(small))
    quality.barh(places, [100 * row.quality[1] for row in small], color="#b9d8c8", label="or one tap away")
    quality.barh(places, [100 * row.quality[0] for row in small], color="#2f7d5b", label="right")
    quality.barh(places, [-100 * row.quality[2] for row in small], color="#c2452d", label="wrong")
    quality.set_yticks(places, names)
    quality.set_xlabel("% of 320 utterances never learned")
    quality.legend(frameon=False, fontsize=7, loc="lower left")
    speed.barh(places, [statistics.median(row.milliseconds) for row in small], color="#5b7c99")
    speed.set_yticks(places, [""] * len(small))
    speed.set_xlabel("milliseconds a message (p50)")
    for axes in (quality, speed):
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE, dpi=130)


def asked(name: str, times: int) -> Row | None:
    """In a process of its own; None when it takes too long."""
    command = [sys.executable, "-m", "tests.bench.engines", name, str(times)]
    # A group of its own: Node.js goes with it.
    with subprocess.Popen(command, cwd=ROOT, stdout=-1, text=True, start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    row = json.loads(said.splitlines()[-1])
    return Row(**{**row, "quality": tuple(row["quality"]), "milliseconds": tuple(row["milliseconds"])})


def main() -> None:
    subprocess.run(
        ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--omit=optional"], cwd=NODE, check=True
    )
    rows: list[Row] = []
    lines = [HEAD]
    for times in TIMES:
        for name in ENGINES:
            row = asked(name, times)
            if row is None:
                lines.append(f"| {name} | {19 * times} |{' – |' * 7} more than {PATIENCE} |")
            else:
                rows.append(row)
                lines.append(_line(row))
            print(lines[-1], flush=True)
    picture(rows)
    first, *others = [row for row in rows if row.name == "orgbot"]
    usual = statistics.median(first.milliseconds)
    growth = [f"{statistics.median(row.milliseconds) / usual:.2f} with {row.entries:,}" for row in others]
    told = (
        f"{percent(first.encoded)} of the messages needed the encoder. How many times as long as with "
        f"{first.entries} entries a message takes: {', '.join(growth) or '–'}."
    )
    text = "\n".join((*lines, "", *textwrap.wrap(told, 110), "", "![Quality and time](bench.png)"))
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition("<!-- bench -->\n")
    _, _, after = rest.partition("<!-- /bench -->")
    PAGE.write_text(f"{before}<!-- bench -->\n{text}\n<!-- /bench -->{after}", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        found = measure(sys.argv[1], int(sys.argv[2]))
        print(json.dumps({name: getattr(found, name) for name in Row.__slots__}))
    else:
        main()
