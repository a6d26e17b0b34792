"""Many subjects at once: frames in, frames of the same kind out."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ._errors import InputError
from ._native import _read

if TYPE_CHECKING:
    from ._native import Model

Selected = Literal["offers", "eligible", "eligible_bits", "status", "gate", "segments", "scores", "values"]
Kind = Literal["arrow", "duckdb", "pandas", "polars", "pyarrow"]

SELECT: tuple[Selected, ...] = ("offers", "segments", "scores")


class Decisions(NamedTuple):
    """What :meth:`Model.decide_batch` gives."""

    decisions: Any
    """A row for each subject that was decided, in their order."""
    rejects: Any
    """A row for each that was not: ``row`` (from 0), ``id``, ``attribute``, ``value``, ``expected``, ``message``."""


def read(what: str, frame: Any) -> Any:
    """The columns of a frame."""
    if not hasattr(frame, "__arrow_c_stream__") or _is_series(frame):
        raise TypeError(
            f"{what}: expected a frame with the Arrow interface, such as one of pandas, Polars, pyarrow or "
            f"DuckDB, got `{type(frame).__name__}`"
        )
    try:
        return _read(frame)
    except Exception as error:
        raise _unreadable(what, frame, error) from error


def _is_series(value: Any) -> bool:
    """One column of pandas, Polars or pyarrow: it has the Arrow interface too, but no names."""
    return hasattr(value, "__arrow_c_stream__") and type(value).__name__ in ("Series", "ChunkedArray")


def _unreadable(what: str, frame: Any, error: Exception) -> InputError:
    """Says which column and row of a frame cannot be read as Arrow."""
    column, row, cell = _offender(frame)
    # pyarrow says it in two parts; the second names the column again.
    told = str(error.args[0] if error.args else error)
    if column is None:
        return InputError(f"{what} cannot be read as Arrow columns: {told}")
    shown = textwrap.shorten(repr(cell), 60, placeholder="…")
    return InputError(
        f"{what}: the column `{column}` cannot be read: expected values of one type, got {shown} in row {row}: {told}",
        attribute=column,
        row=row,
        value=shown,
        expected="values of one type",
    )


def _offender(frame: Any) -> tuple[str | None, int | None, Any]:
    """The first column of a pandas frame that is not of one type, the first row that shows it, and what is there."""
    if kind_of(frame) != "pandas":
        return None, None, None

    def reads(part: Any) -> bool:
        try:
            _read(part)
        except Exception:
            return False
        return True

    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, [place]]
        if reads(column):
            continue
        good, bad = 0, len(column)
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if reads(column.iloc[:middle]) else (good, middle)
        return str(name), good, column.iloc[good, 0]
    return None, None, None


def kind_of(frame: Any) -> Kind:
    """The library that a frame is of."""
    library = type(frame).__module__.partition(".")[0].lstrip("_")
    known: tuple[Kind, ...] = ("pandas", "polars", "pyarrow", "duckdb")
    for kind in known:
        if library.startswith(kind):
            return kind
    return "arrow"


def as_kind(table: Any, kind: Kind) -> Any:
    """An Arrow table as a frame of a library."""
    if kind == "polars":
        import polars

        return polars.DataFrame(table)
    if kind == "pyarrow":
        import pyarrow

        return pyarrow.table(table)
    if kind == "pandas":
        import pandas

        if hasattr(pandas.DataFrame, "from_arrow"):
            return pandas.DataFrame.from_arrow(table)
        import pyarrow

        return pyarrow.table(table).to_pandas()
    if kind == "duckdb":
        import duckdb
        import pyarrow

        return duckdb.from_arrow(pyarrow.table(table))
    if kind == "arrow":
        return table
    raise ValueError(f"no kind of frame is called {kind!r}: expected pandas, polars, pyarrow, duckdb or arrow")


def decide_batch(
    model: Model,
    subjects: Any,
    events: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    *,
    now: datetime | date | str,
    context: Any = None,
    remaining: Mapping[str, Mapping[str, Any]] | None = None,
    decide: str | None = None,
    select: Iterable[Selected] = SELECT,
    to: Kind | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], object] | bool = False,
) -> Decisions:
    """See :meth:`Model.decide_batch`."""
    given = supplied(events, lists, now, context) | {"remaining": remaining, "decide": decide}
    columns = several("select", select)
    decisions, rejects = model._decide_arrow(
        read(f"the {model.subject_name}s", subjects), given, columns, threads, bar(model, progress)
    )
    kind = to or kind_of(subjects)
    return Decisions(as_kind(decisions, kind), as_kind(rejects, kind))


def first_reject(rejects: Any) -> InputError:
    """The first row that was refused, as an exception."""
    import pyarrow

    (told,) = pyarrow.table(rejects).slice(0, 1).to_pylist()
    return InputError(
        f"row {told['row']}: {told['message']}",
        key=told["id"],
        row=told["row"],
        attribute=told["attribute"],
        value=told["value"],
        expected=told["expected"],
    )


def supplied(
    events: Mapping[str, Any] | None, lists: Mapping[str, Any] | None, now: datetime | date | str, context: Any
) -> dict[str, Any]:
    """What comes beside the subjects, its frames read."""
    for what, named in (("events", events), ("lists", lists)):
        if named is not None and not isinstance(named, Mapping):
            raise TypeError(f"{what}: expected a mapping of names, got `{type(named).__name__}`")
    keys = [(name, _keys(name, given)) for name, given in (lists or {}).items()]
    tables = [(name, read(f"the events `{name}`", frame)) for name, frame in (events or {}).items()]
    return {"events": tables, "lists": keys, "now": now, "context": context, "remaining": None, "decide": None}


def _keys(name: str, given: Any) -> Any:
    """The keys of a list: in a frame, or one by one."""
    if _is_series(given):
        return given.to_pylist() if hasattr(given, "to_pylist") else given.to_list()
    if hasattr(given, "__arrow_c_stream__"):
        return read(f"the list `{name}`", given)
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"the list `{name}`: expected a frame, or its keys, got `{type(given).__name__}`")
    return given


def several(what: str, names: Iterable[Any] | None) -> list[Any]:
    """Names; one alone would be taken letter by letter."""
    if isinstance(names, str):
        raise TypeError(f"{what}: expected several names, got one `str`")
    return list(names or ())


def bar(model: Model, progress: Callable[[int, int], object] | bool) -> Callable[[int, int], object] | None:
    """What is told of progress: the caller's own, a bar, or nothing."""
    return _bar(model) if progress is True else progress or None


def _bar(model: Model) -> Callable[[int, int], object]:
    from tqdm.auto import tqdm

    bar = tqdm(unit=f" {model.subject_name}s", desc=model.name)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show
