"""Makes ``jars.sha256`` anew when Kafka is updated: ``python -m chronos.embedded.pin_jars COORDINATES…``."""

import hashlib
import sys

from chronos.embedded.jars import PINS

HEADER = """\
# Apache Kafka and all that it needs: SHA-256, bytes, Maven coordinates. Made by
# python -m chronos.embedded.pin_jars {}
"""


def pin(coordinates: list[str]) -> str:
    """The text of the file: every jar that Maven finds to be needed, with the hash of what it is today."""
    import jgo

    rows = []
    for artifact in jgo.resolve("+".join(coordinates)):
        content = artifact.resolve().read_bytes()
        name = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
        rows.append((name, f"{hashlib.sha256(content).hexdigest()} {len(content):>9} {name}\n"))
    return HEADER.format(" ".join(coordinates)) + "".join(row for _, row in sorted(rows))


if __name__ == "__main__":
    PINS.write_text(pin(sys.argv[1:]))
