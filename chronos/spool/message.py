"""How a message for Kafka lies in a record."""

import msgspec

from chronos.models.message import Message

_decoder = msgspec.msgpack.Decoder(Message)


def encode(message: Message) -> bytes:
    """Return the message in MessagePack, as a map, so that a later version may add fields."""
    return msgspec.msgpack.encode(message)


def decode(payload: bytes) -> Message:
    """Return the message; raise msgspec.DecodeError where it is none."""
    return _decoder.decode(payload)
