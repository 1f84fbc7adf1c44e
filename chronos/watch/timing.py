"""When something that is so becomes an incident, and when that is over: what flaps is told once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from chronos.watch.incidents import KINDS, Condition, Incident, Key


class Timing:
    """Remembers since when things are so, or are not any more; the clock is the caller's."""

    def __init__(self) -> None:
        self._since: dict[Key, float] = {}
        self._gone_since: dict[Key, float] = {}

    def changes(
        self,
        now: float,
        conditions: Iterable[Condition],
        judged: Collection[str],
        ongoing: Mapping[Key, Incident],
    ) -> list[Incident]:
        """The incidents that begin now, and of those ``ongoing`` the ones that end.

        ``judged`` are the names of which it is known now whether they are so; others stay as they are.
        """
        so = {condition.key: condition for condition in conditions}
        self._note(now, so, judged, ongoing)
        begun = [
            Incident(name, subject, so[name, subject].summary, since, value=so[name, subject].value)
            for (name, subject), since in self._since.items()
            if (name, subject) in so.keys() - ongoing.keys() and now - since >= KINDS[name].after
        ]
        ended = [
            replace(ongoing[key], ended=since)
            for key, since in self._gone_since.items()
            if now - since >= KINDS[key[0]].quiet
        ]
        for incident in ended:
            del self._gone_since[incident.key]
        return [*begun, *ended]

    def _note(
        self,
        now: float,
        so: Collection[Key],
        judged: Collection[str],
        ongoing: Collection[Key],
    ) -> None:
        self._since = {
            key: since for key, since in self._since.items() if key in so or key[0] not in judged
        } | {key: now for key in so if key not in self._since}
        # What nobody can tell at the moment is not known to be over.
        self._gone_since = {
            key: self._gone_since.get(key, now) for key in ongoing if key not in so and key[0] in judged
        }
