"""A bounded store on disk for beacons that Kafka did not take in time.

A worker owns one sub-folder of ``home/spool``. In it are segments, files of records that are written
once, read from the front, and deleted when Kafka has all of them::

    Spool           spool.py      what the web view and the drain task use
      GroupCommit   commit.py     writes that wait at the same time share one fsync
      Store         store.py      the segments of one folder, oldest first
        Segment     segment.py    one file, and its framing (framing.py)
        ownership   ownership.py  whose folder it is, and what dead workers left
      deliver       delivery.py   sends, waits, and tries again
"""

from chronos.models.message import Message
from chronos.spool.delivery import backoff
from chronos.spool.spool import Spool

__all__ = ["Message", "Spool", "backoff"]
