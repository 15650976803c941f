"""The days of all queues, so that a restart forgets nothing; days of more than a year are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    Double,
    Index,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from amictl.store.extensions import Base
from amictl.store.serial_writer import SerialWriter

KEPT_DAYS: Final = 400
"""For how many days a queue's counts are kept."""


class QueueDayRow(Base):
    """The counts of one queue on one calendar day.

    The newest day of a queue also holds what counting goes on from: Asterisk's own counters, the callers who
    waited, and until when every event was heard.
    """

    __tablename__ = "queue_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    pbx: Mapped[str] = mapped_column(String(32))
    queue: Mapped[str] = mapped_column(String(255))
    day: Mapped[date] = mapped_column(Date, index=True)
    since: Mapped[float] = mapped_column(Double)
    counters: Mapped[dict[str, float]] = mapped_column(JSON)
    missed: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    asterisk: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    waiting: Mapped[dict[str, float]] = mapped_column(JSON)
    watched_until: Mapped[float] = mapped_column(Double)


Index("uq_queue_day_pbx", QueueDayRow.pbx, QueueDayRow.queue, QueueDayRow.day, unique=True)
_TABLE: Final[Table] = QueueDayRow.metadata.tables[QueueDayRow.__tablename__]


@dataclass(frozen=True, slots=True)
class StoredDay:
    """One day of one queue as the table holds it.

    Args:
        queue: The queue.
        day: The day.
        since: From when on it was counted, in seconds since 1970.
        counters: The counts by their names.
        missed: Periods of which not every event was heard.
        asterisk: Asterisk's own counters at the end; None where they were not known.
        waiting: Who waited at the end: unique IDs, and since when.
        watched_until: Until when every event was heard.
    """

    queue: str
    day: date
    since: float
    counters: Mapping[str, float]
    missed: Sequence[Mapping[str, Any]]
    asterisk: Mapping[str, int] | None
    waiting: Mapping[str, float]
    watched_until: float


class QueueDayTable:
    """The table; every method commits, and needs no application context.

    Args:
        writer: Writes one change after the other.
    """

    def __init__(self, writer: SerialWriter) -> None:
        self._writer = writer

    def load(self, pbx: str, since: date) -> tuple[StoredDay, ...]:
        """Return the newest day of each queue, and all days from one on.

        Args:
            pbx: The PBX's short name.
            since: That day.
        """
        newest = (
            select(_TABLE.c.queue, func.max(_TABLE.c.day).label("day"))
            .where(_TABLE.c.pbx == pbx)
            .group_by(_TABLE.c.queue)
            .subquery()
        )
        wanted = (
            select(_TABLE)
            .join(newest, _TABLE.c.queue == newest.c.queue)
            .where(_TABLE.c.pbx == pbx, or_(_TABLE.c.day == newest.c.day, _TABLE.c.day >= since))
            .order_by(_TABLE.c.day)
        )
        with self._writer.begin() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            StoredDay(
                row.queue,
                row.day,
                row.since,
                row.counters,
                row.missed,
                row.asterisk,
                row.waiting,
                row.watched_until,
            )
            for row in rows
        )

    def save(self, pbx: str, days: Iterable[StoredDay]) -> None:
        """Store days in one transaction: new ones, and new values of known ones.

        Args:
            pbx: The PBX's short name.
            days: The days.
        """
        with self._writer.begin() as connection:
            for day in days:
                _save(connection, pbx, day)

    def forget_old(self, today: date) -> int:
        """Delete the days that are kept for no longer, and return how many there were.

        Args:
            today: The present day.
        """
        with self._writer.begin() as connection:
            old = delete(_TABLE).where(_TABLE.c.day < today - timedelta(days=KEPT_DAYS))
            return int(connection.execute(old).rowcount)


def _save(connection: Connection, pbx: str, day: StoredDay) -> None:
    values = {
        "since": day.since,
        "counters": dict(day.counters),
        "missed": [dict(period) for period in day.missed],
        "asterisk": None if day.asterisk is None else dict(day.asterisk),
        "waiting": dict(day.waiting),
        "watched_until": day.watched_until,
    }
    key = and_(_TABLE.c.pbx == pbx, _TABLE.c.queue == day.queue, _TABLE.c.day == day.day)
    changed = connection.execute(update(_TABLE).where(key).values(**values))
    if not changed.rowcount:
        connection.execute(insert(_TABLE).values(pbx=pbx, queue=day.queue, day=day.day, **values))
