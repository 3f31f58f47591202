"""What the program says to its operator, one line an event, and never a person's words.

Every logger comes through here, the libraries' too: JSON where standard error is kept (a host's logs), lines
to read where it is a terminal. Three things hold for all of them:
- an exception is its type and where it happened. Its message may quote what a person typed (a database's
  parameters, a value that cannot be read, what Telegram refuses), so it is never said; nor is a warning's;
- libraries speak from WARNING on: below, they tell addresses, headers and bodies. Above too, they show what
  they hold: of what they put into a line, only numbers are said, and the types of the rest;
- what looks like a bot's token, or like a password in an address, is masked last, whoever wrote it.
"""

import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

log = logging.getLogger("orgbot")

# From where on loggers speak: libraries, and the program.
LEVELS = {"": logging.WARNING, "orgbot": logging.INFO}

# The folder that holds the package: a path within it is short and the same everywhere.
_ROOT = Path(__file__).parents[1]
_LIBRARIES = re.compile(r".*/(?:site-packages|lib/python[\d.]+)/")
# The id, the colon (as it is, or as addresses write it) and the secret.
_TOKEN = re.compile(r"(?<!\d)(\d{1,19}(?::|%3A))[\w-]{20,}", re.IGNORECASE)
# Of an address: between the user's colon and the last @, for some are written as they are, with an @ in them.
# A path keeps one of the two slashes.
_PASSWORD = re.compile(r"(\w:/{1,2}[^\s:/]*:)\S*@")
# Of an address's query, or as a database's driver writes it; JSON doubles the backslashes.
_NAMED_PASSWORD = re.compile(r"(password=)(?:'(?:[^'\\]|\\+.)*'|(?:[^\s&\x22\\]|\\.)+)", re.IGNORECASE)
# What asyncio and uvloop write themselves into a line: after the name of a callback come its arguments.
_CALLBACK = re.compile(r"[\n<(\[{'\"]")
# A recursion without end has a thousand frames that say the same.
FRAMES = 40


def configure(stream: TextIO | None = None) -> None:
    """Once a process; again, it changes nothing."""
    stream = stream or sys.stderr
    root = logging.getLogger()
    if any(isinstance(handler, _Handler) for handler in root.handlers):
        return
    terminal = stream.isatty()
    root.addHandler(handler_to(stream, terminal=terminal))
    for name, level in LEVELS.items():
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[*_FIRST, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    if not terminal:
        # Python's own hooks print messages.
        sys.excepthook = _stopped
        threading.excepthook = _thread_stopped
        sys.unraisablehook = _unraisable
        warnings.showwarning = _warned


def handler_to(stream: TextIO, *, terminal: bool) -> logging.Handler:
    """What writes to `stream`, with all that is promised above."""
    handler = _Handler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[_as_said, *_FIRST],
            processors=[ProcessorFormatter.remove_processors_meta, _located, _masking(terminal=terminal)],
            # The arguments are looked at before they become words.
            use_get_message=False,
            pass_foreign_args=True,
        )
    )
    return handler


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """The default prints the arguments of the line that cannot be written."""
        with suppress(OSError, ValueError):
            self.stream.write(f"a line of {record.name} ({record.lineno}) could not be written\n")


def kind(error: BaseException) -> str:
    """What may be said of an exception: its type, and that of what it comes from."""
    name = type(error).__qualname__
    return f"{name} < {kind(error.__cause__)}" if error.__cause__ is not None else name


def masked(text: str) -> str:
    """Without the secret of a token, nor the password of an address."""
    for secret, shown in ((_TOKEN, r"\1***"), (_PASSWORD, r"\1***@"), (_NAMED_PASSWORD, r"\1***")):
        text = secret.sub(shown, text)
    return text


def _as_said(_logger: object, _method: str, event: EventDict) -> EventDict:
    """What the standard library's loggers do with an event's text and its arguments."""
    record: logging.LogRecord = event["_record"]
    given = event["positional_args"]
    own = record.name.partition(".")[0] == "orgbot"
    if isinstance(record.msg, BaseException):
        event["event"] = record.msg
    elif record.name == "asyncio" and not given:
        event["event"] = _CALLBACK.split(event["event"], maxsplit=1)[0].strip()
    arguments = (given,) if isinstance(given, Mapping) else given
    event["positional_args"] = arguments if own else _bare(arguments)
    return event


def _bare(value: Any) -> Any:
    """What may be said of a library's argument."""
    match value:
        case int() | float() | BaseException():
            return value
        case tuple():
            return tuple(map(_bare, value))
        case Mapping():
            return {key: _bare(one) for key, one in value.items()}
        case _:
            return type(value).__name__


def _without_messages(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Exceptions among the values give their type; the one to locate is looked at later."""
    return {key: value if key == "exc_info" else _safe(value) for key, value in event.items()}


def _safe(value: Any) -> Any:
    match value:
        case BaseException():
            return kind(value)
        case tuple() | list():
            return tuple(map(_safe, value))
        case Mapping():
            return {key: _safe(one) for key, one in value.items()}
        case _:
            return value


_FIRST: tuple[Processor, ...] = (
    _without_messages,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _located(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The exception as its type and where it happened, with those that it comes from."""
    told = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if told is True:
        told = sys.exc_info()
    error = told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_lines(error, set()))
    return event


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    yield from _frames(error.__traceback__)
    within = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for other in (*within, before):
        if isinstance(other, BaseException) and id(other) not in seen:
            yield "from"
            yield from _lines(other, seen)


def _frames(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"  {_place(code.co_filename)}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return found[-FRAMES:]


def _place(filename: str) -> str:
    if filename.startswith(f"{_ROOT}/orgbot/"):
        return filename.removeprefix(f"{_ROOT}/")
    return _LIBRARIES.sub("", filename)


def _masking(*, terminal: bool) -> Processor:
    render: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if terminal:
        render = structlog.dev.ConsoleRenderer(colors=True)

    def rendered(logger: object, method: str, event: EventDict) -> str:
        return masked(str(render(logger, method, event)))

    return rendered


def _stopped(_type: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    log.critical("stopped by a bug", exc_info=error)


def _unraisable(given: "sys.UnraisableHookArgs") -> None:
    """Of a destructor, or of what runs while Python ends: nobody can catch it, and nothing stops."""
    log.error("an exception that nothing can catch", exc_info=given.exc_value)


def _warned(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object, **__: object
) -> None:
    del message
    log.warning("Python warns: %s (%s:%d)", category.__name__, _place(filename), lineno)


def _thread_stopped(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None:
        _stopped(given.exc_type, given.exc_value, given.exc_traceback)
