"""The processes of a scenario, each stopped by its id."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.chaos.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0


class StartError(Exception):
    """A process did not start, or ended by itself: this shows nothing of what a scenario is about."""


def environment(**variables: str) -> dict[str, str]:
    """Little of this process's own; one thread of arithmetic a process: there are many."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **variables}


@dataclass(slots=True)
class Nursery:
    """See tests.chaos.replica: replicas are born there in milliseconds."""

    process: subprocess.Popen[str]

    def ask(self, **asked: object) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the nursery is gone"
        return json.loads(line)


@contextmanager
def nursery() -> Iterator[Nursery]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.replica"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"ready": True}
        yield Nursery(process)
    finally:
        process.kill()
        process.communicate()


@dataclass(slots=True)
class Replica:
    """One place of a deployment: always the same port, whichever process listens there."""

    nursery: Nursery
    environ: Mapping[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    pid: int = 0
    code: int | None = None

    def start(self, **changes: str) -> None:
        environ = {**self.environ, "PORT": str(self.port), **changes}
        self.pid = self.nursery.ask(start=environ, log=str(self.log))["pid"]
        self.code = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.code is None and self.pid:
            self.code = self.nursery.ask(wait=self.pid)["code"]
        return self.code

    def signal(self, which: signal.Signals) -> None:
        if self.pid and self.poll() is None:
            os.kill(self.pid, which)

    def frozen(self) -> bool:
        """Linux alone tells; the third word of stat, after a name in parentheses."""
        stat = Path(f"/proc/{self.pid}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "T"

    async def ended(self, within: float = PATIENCE) -> int:
        """The exit code."""
        deadline = time.monotonic() + within
        while (code := self.poll()) is None:
            assert time.monotonic() < deadline, f"a replica did not end:\n{self.tail()}"
            await asyncio.sleep(0.02)
        return code

    async def ready(self, within: float = PATIENCE) -> None:
        await answers(f"http://127.0.0.1:{self.port}/health", within, self.tail)
        try:
            await happened(lambda: "orgbot répond" in self.log.read_text(errors="replace"), within)
        except AssertionError:
            raise StartError(f"it does not begin:\n{self.tail()}") from None

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""


async def happened(look: Callable[[], bool], within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not look():
        assert time.monotonic() < deadline, "what was waited for has not happened"
        await asyncio.sleep(0.02)


async def answers(url: str, within: float, why: Callable[[], str]) -> None:
    deadline = time.monotonic() + within
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        while time.monotonic() < deadline:
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise StartError(f"{url} does not answer:\n{why()}")


@contextmanager
def telegram(nursery: Nursery, token: str, people: int, log: Path) -> Iterator[int]:
    """The port of the sandbox's Bot API."""
    port = free_port()
    pid = nursery.ask(telegram=[port, token, people], log=str(log))["pid"]
    try:
        yield port
    finally:
        if nursery.ask(wait=pid)["code"] is None:
            os.kill(pid, signal.SIGKILL)
        while nursery.ask(wait=pid)["code"] is None:
            time.sleep(0.01)
