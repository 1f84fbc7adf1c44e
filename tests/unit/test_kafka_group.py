"""What members of the consumer group say of themselves, as Faust writes it."""

import pytest
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from faust.assignor.client_assignment import ClientAssignment, ClientMetadata

from chronos import kafka_group


def member(user_data: bytes) -> bytes:
    return bytes(ConsumerProtocolMemberMetadata(0, ["events"], user_data).encode())


def test_a_worker_tells_its_address() -> None:
    assignment = ClientAssignment(actives={}, standbys={})
    said = ClientMetadata(assignment=assignment, url="http://a.example:6067/", changelog_distribution={})
    assert kafka_group._address(member(said.dumps())) == "http://a.example:6067"


@pytest.mark.parametrize("user_data", [b"", b"rubbish", b"{}", b"[]"])
def test_a_member_that_is_no_worker_tells_none(user_data: bytes) -> None:
    assert kafka_group._address(member(user_data)) is None
    assert kafka_group._address(user_data) is None
