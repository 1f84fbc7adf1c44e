import sqlite3
from contextlib import closing

from sqlite_sink import SqliteSink

from chronos.testing import check_sink


def test_it_keeps_what_a_sink_promises(tmp_path):
    def stored():
        with closing(sqlite3.connect(tmp_path / "events.db")) as file:
            return file.execute("select beacon_id, number from events").fetchall()

    check_sink(SqliteSink, {"path": "events.db"}, folder=tmp_path, stored=stored)
