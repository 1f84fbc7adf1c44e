"""What is so of what waits: whether it grows, is old, or would be deleted before it is read."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chronos.settings import Settings
from chronos.watch.history import History
from chronos.watch.incidents import Condition
from chronos.watch.judging import Judgement
from chronos.watch.lag import Lag
from chronos.watch.seeing import Seen

JUDGED = ("lag_growing", "lag_old", "unread_at_risk", "unread_deleted", "dead_letters_rising")
OF_LOSS = {"unread_at_risk", "unread_deleted"}
LEAST_GROWN = 100  # messages; less than that a minute more does not matter
MUCH = 0.1  # of a budget that waits, from where on its growth is looked at
NEARLY = 0.8  # from where on it does not matter how fast
LETTERS = "dead letters"
LETTER_MINUTES, LETTERS_BEFORE = 5, 60
KNOWN_MINUTES = 15  # before it is known how many are usual
MANY_LETTERS, TIMES_AS_MANY = 100, 10


@dataclass(frozen=True)
class Trends:
    """What is remembered: of sinks for [alerts] lag_growing_minutes, of dead letters for an hour."""

    waiting: History
    letters: History

    @classmethod
    def of(cls, settings: Settings) -> "Trends":
        """With nothing in them yet."""
        return cls(History(settings.alerts.lag_growing_minutes), History(LETTERS_BEFORE))

    def add(self, seen: Seen, settings: Settings) -> None:
        """Take in a look, as far as it saw what waits."""
        lags = seen.lags(settings)
        if lags:
            values: dict[Hashable, float] = {("bytes", one.sink, one.partition): one.size for one in lags}
            for sink, some in by_sink(lags).items():
                values["messages", sink] = sum(lag.messages for lag in some)
            self.waiting.add(seen.time, values)
        topic = seen.kafka.topics.get(settings.kafka.dead_letters_topic) if seen.kafka else None
        if topic and all(one.end is not None for one in topic.partitions):
            self.letters.add(seen.time, {LETTERS: float(sum(one.end or 0 for one in topic.partitions))})


def of_lag(seen: Seen, trends: Trends, settings: Settings) -> Judgement:
    """What one worker finds for all, by what waits for sinks."""
    lags = seen.lags(settings)
    if not lags:
        return Judgement([], set())
    found = [
        condition
        for sink, some in by_sink(lags).items()
        for condition in (
            *_growing(sink, some, trends, settings),
            *_old(sink, some, settings),
            *_deleted(sink, some),
        )
    ]
    found += _at_risk(seen, lags, trends, settings)
    found += _letters(trends)
    if seen.database_problem is None:
        return Judgement(found, set(JUDGED))
    # That all wait is said with what is wrong with the database; that it is too long for Kafka is not.
    return Judgement([one for one in found if one.name in OF_LOSS], set(OF_LOSS))


def by_sink(lags: Sequence[Lag]) -> Mapping[str, list[Lag]]:
    """What waits for each sink."""
    found: dict[str, list[Lag]] = {}
    for lag in lags:
        found.setdefault(lag.sink, []).append(lag)
    return found


def _growing(sink: str, lags: Sequence[Lag], trends: Trends, settings: Settings) -> Iterator[Condition]:
    key = "messages", sink
    rate = trends.waiting.per_minute(key)
    if trends.waiting.grows(key) and rate >= LEAST_GROWN:
        waits = sum(lag.messages for lag in lags)
        minutes = settings.alerts.lag_growing_minutes
        summary = (
            f"{waits:,} messages wait for {sink}, {rate:,.0f} more each minute for {minutes} minutes:"
            f" {waits + 60 * rate:,.0f} in an hour"
        )
        yield Condition("lag_growing", sink, summary, waits)


def _old(sink: str, lags: Sequence[Lag], settings: Settings) -> Iterator[Condition]:
    old = [lag for lag in lags if lag.is_old]
    if old:
        waits = sum(lag.messages for lag in old)
        minutes = settings.alerts.lag_old_minutes
        yield Condition(
            "lag_old",
            sink,
            f"{waits:,} messages wait for {sink}, the oldest for over {minutes} minutes",
            waits,
        )


def _deleted(sink: str, lags: Sequence[Lag]) -> Iterator[Condition]:
    if gone := sum(lag.deleted for lag in lags):
        yield Condition(
            "unread_deleted", sink, f"Kafka deleted {gone:,} messages that {sink} had not read", gone
        )


def _at_risk(seen: Seen, lags: Sequence[Lag], trends: Trends, settings: Settings) -> Iterator[Condition]:
    """Sinks of topic `events` for which a partition fills its budget with what they have not read."""
    topic = seen.kafka.topics.get(settings.kafka.events_topic) if seen.kafka else None
    allowed = int(topic.configs.get("retention.bytes") or -1) if topic else -1
    if allowed <= 0:
        return
    for sink, some in by_sink([lag for lag in lags if topic and lag.topic == topic.name]).items():
        left = [(hours, lag) for lag in some if (hours := _hours_left(lag, allowed, trends)) is not None]
        if left and min(left, key=lambda one: one[0])[0] <= settings.alerts.budget_hours:
            hours, lag = min(left, key=lambda one: one[0])
            when = f"in about {hours:.1f} h" if hours >= 0.1 else "within minutes"
            summary = (
                f"events will be deleted before {sink} has read them, {when}: {lag.size / 1e6:,.1f} MB wait"
                f" in partition {lag.partition}, whose budget is {allowed / 1e6:,.1f} MB"
            )
            yield Condition("unread_at_risk", sink, summary, round(hours, 2))


def _hours_left(lag: Lag, allowed: int, trends: Trends) -> float | None:
    """Hours until what waits fills the budget; None where it does not grow, or is little."""
    if lag.size < MUCH * allowed:
        return None
    growth = trends.waiting.per_minute(("bytes", lag.sink, lag.partition))
    if growth <= 0:
        return 0.0 if lag.size >= NEARLY * allowed else None
    return max(0.0, (allowed - lag.size) / growth / 60)


def _letters(trends: Trends) -> Iterator[Condition]:
    known = trends.letters.minutes(LETTERS)
    now, then, first = (trends.letters.before(LETTERS, minutes) for minutes in (0, LETTER_MINUTES, known))
    if known < KNOWN_MINUTES or now is None or then is None or first is None:
        return
    came, usual = now - then, (then - first) / (known - LETTER_MINUTES) * LETTER_MINUTES
    if came >= MANY_LETTERS and came >= TIMES_AS_MANY * usual:
        summary = f"{came:,.0f} events became dead letters in {LETTER_MINUTES} minutes"
        yield Condition("dead_letters_rising", "", summary, came)
