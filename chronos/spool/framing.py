"""How a record lies in a file, so that a torn one and a changed one are told apart.

A record is a header of 12 bytes and its payload. The header holds the payload's length, the payload's
CRC32, and the CRC32 of these two: a length that can be trusted is what separates a file that ends too
early (the last write was cut short, and nobody was told that it had worked) from one that was damaged.
"""

import struct
import zlib
from typing import BinaryIO

from chronos.errors import ChronosError

_FIELDS = struct.Struct("<II")
_CHECK = struct.Struct("<I")
HEADER_BYTES = _FIELDS.size + _CHECK.size


class TornRecord(ChronosError):
    """the file ends inside a record"""


class MissingFile(TornRecord):
    """the file is gone"""


class CorruptRecord(ChronosError):
    """{reason}"""


def frame(payload: bytes) -> bytes:
    """Return the payload as a record."""
    fields = _FIELDS.pack(len(payload), zlib.crc32(payload))
    return fields + _CHECK.pack(zlib.crc32(fields)) + payload


def framed_bytes(payload: bytes) -> int:
    """Return how many bytes the payload takes on disk."""
    return HEADER_BYTES + len(payload)


def read_header(file: BinaryIO, left: int) -> tuple[int, int]:
    """Return length and CRC32 of the payload that follows; ``left`` is the bytes up to the file's end."""
    header = file.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES or left < HEADER_BYTES:
        raise TornRecord()
    fields = header[: _FIELDS.size]
    if zlib.crc32(fields) != _CHECK.unpack_from(header, _FIELDS.size)[0]:
        raise CorruptRecord(reason="a header does not match its checksum")
    length, checksum = _FIELDS.unpack(fields)
    if length > left - HEADER_BYTES:
        raise TornRecord()
    return length, checksum


def read_record(file: BinaryIO, left: int) -> bytes:
    """Return the payload of the next record; raise TornRecord or CorruptRecord."""
    length, checksum = read_header(file, left)
    payload = file.read(length)
    if len(payload) < length:
        raise TornRecord()
    if zlib.crc32(payload) != checksum:
        raise CorruptRecord(reason="a record does not match its checksum")
    return payload
