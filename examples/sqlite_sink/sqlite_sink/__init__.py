"""A data sink: all events in one SQLite file, each exactly once."""

import json
import sqlite3
from pathlib import Path

from chronos.sinks import Batch, DataSink, Section

SCHEMA = """
create table if not exists events (
    beacon_id text, number integer, type text, event_time text, url text, fields text,
    primary key (beacon_id, number)
);
create table if not exists watermark (partition integer primary key, next_offset integer);
"""


class SqliteSink(DataSink):
    class Settings(Section):
        path: Path

    def open(self):
        self.file = sqlite3.connect(
            self.context.folder / self.settings.path, timeout=30, isolation_level=None
        )
        self.file.executescript(SCHEMA)

    def next_offsets(self):
        return dict(self.file.execute("select partition, next_offset from watermark"))

    def write(self, batch: Batch):
        with self.file:
            self.file.execute("begin immediate")
            now = self.next_offsets()
            if any(now.get(place, 0) > offset for place, offset in batch.since.items()):
                raise RuntimeError("another worker has written meanwhile")
            self.file.executemany(
                "insert into events values (?, ?, ?, ?, ?, ?)",
                [
                    (
                        str(row.beacon_id),
                        row.number,
                        row.type,
                        row.event_time.isoformat(),
                        row.metadata.get("url"),
                        json.dumps(row.fields),
                    )
                    for row in batch.rows()
                ],
            )
            self.file.executemany(
                "insert or replace into watermark values (?, ?)", batch.next_offsets.items()
            )

    def close(self):
        self.file.close()
