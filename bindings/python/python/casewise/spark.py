"""Decisions of Spark data frames: the same as on one machine. Needs ``casewise[spark]``."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._batch import SELECT, Selected
from ._native import Model

__all__ = ["decide"]


def decide(
    subjects: Any,
    model: Model,
    events: Mapping[str, Any] | None = None,
    lists: Mapping[str, Iterable[Any]] | None = None,
    *,
    now: Any,
    context: Any = None,
    decide: str | None = None,
    select: Iterable[Selected] = SELECT,
) -> Any:
    """Decides every row of a Spark data frame; the arguments are those of :meth:`casewise.Model.decide_batch`.

    The result is a data frame with a column ``id``, what ``select`` names, and ``rejected``: why a row was not
    decided, else null. Subjects and events meet by key in a shuffle. Lists are sent to every worker, and so is
    the model, as its texts.

    A data frame has no order: where events of one instant would tie, that of their fields decides.
    Every worker decides its own rows. So a second row of a key is told only where both come to one worker;
    and numbers that all subjects share cannot be kept: a model with a
    quota, a capacity or a budget is refused.
    """
    import pyarrow
    from pyspark.sql import functions as f
    from pyspark.sql.pandas.types import from_arrow_schema

    shared = model.requirements()["remaining"]
    if shared:
        raise ValueError(
            f"{model.name} shares the {shared[0]['kind']} of `{shared[0]['of']}` among all "
            f"{model.subject_name}s, and workers cannot: decide in one batch, or take it out of the model"
        )
    tables = dict(events or {})
    listed = {name: list(keys) for name, keys in (lists or {}).items()}
    work = _Work(model, tuple(tables), listed, now, context, decide, tuple(select))
    nothing = work.decide(_empty(subjects), {name: _empty(table) for name, table in tables.items()})
    work.schema = pyarrow.schema([field.with_type(_signed(field.type)) for field in nothing.schema])
    schema = from_arrow_schema(work.schema)
    if not tables:
        return subjects.mapInArrow(work.rows, schema)
    # Each table becomes one nested column of its events, beside the key; then all come to their subject.
    key = model.key_name
    joined = subjects.withColumn("__key", f.col(key).cast("string"))
    for place, table in enumerate(tables.values()):
        nested = table.select(
            f.col(key).cast("string").alias(f"__key{place}"), f.struct(*table.columns).alias("__event")
        )
        # A shuffle has no order: events of one instant are taken in the order of their fields.
        together = f.sort_array(f.collect_list("__event")).alias(f"__events{place}")
        nested = nested.groupBy(f"__key{place}").agg(together)
        joined = joined.join(nested, joined["__key"] == nested[f"__key{place}"], "left").drop(f"__key{place}")
    return joined.drop("__key").mapInArrow(work.rows, schema)


def _empty(frame: Any) -> Any:
    """No rows, with the columns of a frame."""
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(frame.schema, timezone="UTC").empty_table()


def _signed(kind: Any) -> Any:
    """A type that Spark has: it knows no unsigned numbers, no dictionaries and no bytes of one length."""
    import pyarrow

    if pyarrow.types.is_struct(kind):
        return pyarrow.struct([field.with_type(_signed(field.type)) for field in kind])
    if pyarrow.types.is_list(kind):
        return pyarrow.list_(kind.value_field.with_type(_signed(kind.value_type)))
    if pyarrow.types.is_dictionary(kind):
        return kind.value_type
    if pyarrow.types.is_fixed_size_binary(kind):
        return pyarrow.binary()
    return pyarrow.int16() if pyarrow.types.is_uint8(kind) else kind


@functools.lru_cache(maxsize=8)
def _opened(pickled: bytes) -> Any:
    """A model, opened once in each worker, however many tasks it is given."""
    return pickle.loads(pickled)


class _Work:
    """What a worker does. It travels with every task."""

    def __init__(
        self,
        model: Model,
        tables: tuple[str, ...],
        lists: dict[str, list[Any]],
        now: Any,
        context: Any,
        decide: str | None,
        select: tuple[Selected, ...],
    ) -> None:
        self.model = model
        self.tables = tables
        self.lists = lists
        self.now = now
        self.context = context
        self.named = decide
        self.select = select
        self.schema: Any = None
        """What every batch gives, whatever its rows: found out from none."""

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"model": pickle.dumps(self.model)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state | {"model": _opened(state["model"])}

    def rows(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Decides batches of rows that hold their events in nested columns."""
        import pyarrow
        import pyarrow.compute as pc

        for batch in batches:
            table = pyarrow.Table.from_batches([batch])
            nested = [f"__events{place}" for place in range(len(self.tables))]
            events = {}
            for name, column in zip(self.tables, nested):
                flat = pc.list_flatten(table[column]).combine_chunks()
                struct = flat.type
                fields = {struct[place].name: flat.field(place) for place in range(struct.num_fields)}
                events[name] = pyarrow.table(fields)
            yield from self.decide(table.drop_columns(nested), events).to_batches()

    def decide(self, subjects: Any, events: Mapping[str, Any]) -> Any:
        """One table of those decided and those rejected."""
        import pyarrow

        decisions, rejects = self.model.decide_batch(
            subjects,
            events,
            self.lists,
            now=self.now,
            context=self.context,
            decide=self.named,
            select=self.select,
            to="arrow",
            threads=1,
        )
        decided, refused = pyarrow.table(decisions), pyarrow.table(rejects)
        decided = decided.append_column("rejected", pyarrow.nulls(decided.num_rows, pyarrow.string()))
        told = {"id": refused["id"], "rejected": refused["message"]}
        columns = [
            told[field.name] if field.name in told else pyarrow.nulls(refused.num_rows, field.type)
            for field in decided.schema
        ]
        schema = self.schema or pyarrow.schema([field.with_nullable(True) for field in decided.schema])
        columns = [column.cast(field.type) for column, field in zip(columns, schema)]
        return pyarrow.concat_tables([decided.cast(schema), pyarrow.table(columns, schema=schema)])
