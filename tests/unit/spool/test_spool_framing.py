"""The framing: what is whole comes back, what is torn or changed is told apart."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronos.models.message import Message
from chronos.spool.framing import (
    HEADER_BYTES,
    CorruptRecord,
    TornRecord,
    frame,
    framed_bytes,
    read_record,
)
from chronos.spool.message import decode, encode

payloads = st.lists(st.binary(max_size=300), max_size=8)
messages = st.builds(
    Message,
    st.text(),
    st.none() | st.binary(),
    st.binary(),
    st.lists(st.tuples(st.text(), st.binary()), max_size=4).map(tuple),
)


def read_all(data):
    """Return the payloads before the first problem, and the kind of the problem."""
    file, found = io.BytesIO(data), []
    try:
        while file.tell() < len(data):
            found.append(read_record(file, len(data) - file.tell()))
    except (TornRecord, CorruptRecord) as problem:
        return found, type(problem)
    return found, None


@given(payloads)
def test_records_come_back_as_they_were(records):
    data = b"".join(map(frame, records))
    assert read_all(data) == (records, None)
    assert len(data) == sum(map(framed_bytes, records))


@given(payloads.filter(bool), st.data())
def test_a_file_cut_anywhere_gives_the_whole_records_before(records, data):
    whole = b"".join(map(frame, records))
    cut = data.draw(st.integers(0, len(whole)))
    found, problem = read_all(whole[:cut])
    assert found == records[: len(found)]
    ends_whole = cut == sum(map(framed_bytes, found))
    assert problem is (None if ends_whole else TornRecord)
    assert len(found) == len(records) or cut < sum(map(framed_bytes, records[: len(found) + 1]))


@given(payloads.filter(bool), st.data())
def test_a_changed_byte_is_never_taken_for_a_torn_tail(records, data):
    whole = bytearray(b"".join(map(frame, records)))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    found, problem = read_all(bytes(whole))
    assert problem is CorruptRecord
    assert found == records[: len(found)]


@given(st.binary(min_size=HEADER_BYTES))
def test_any_bytes_are_read_to_an_end(data):
    read_all(data)


@pytest.mark.parametrize("length", [HEADER_BYTES, 4096], ids=["header", "page"])
def test_zeros_are_not_records(length):
    assert read_all(bytes(length)) == ([], CorruptRecord)


@given(messages)
def test_a_message_comes_back_as_it_was(message):
    assert decode(encode(message)) == message
