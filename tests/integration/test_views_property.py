"""Views made at random from what is supported: fed batch by batch they are what plain SQL says of all."""

import random

import asyncpg
from databases import execute
from generated import add_plain_streams, differences, made, parts
from messages import NOW_MS, TOPIC, Received, raw_events, write
from visits import visits

from chronos.settings.sections import Limits
from chronos.sinks.kept_views.feeder import KeptViews
from chronos.views.checking import compare
from chronos.views.filling import Filler

VIEWS = 24


async def test_batch_by_batch_is_what_all_at_once_is(database: str, rng: random.Random) -> None:
    views = [made(rng, number) for number in range(VIEWS)]
    assert not (await Filler(database, TOPIC).install([one.view for one in views])).refused
    raw, sinks = raw_events(database), [KeptViews(database, TOPIC, Limits()) for _ in range(2)]
    sent: list[Received] = []
    for batch in visits(rng, batches=5):
        await write(raw, batch)
        for part in parts(rng, batch):
            sink = rng.choice(sinks)
            await sink.write([sink.read(message) for message in part], {})
            if rng.random() < 0.2:
                await sink.close()  # a new connection
        sent += batch
        again = next(parts(rng, rng.sample(sent, len(sent) // 2)))
        assert (await sinks[0].write([sinks[0].read(message) for message in again], {})).stored == 0
    await add_plain_streams(database)
    name = database.rpartition("/")[2]
    for minutes in (0, 31, 60 * 21):
        present = f"to_timestamp({NOW_MS / 1000 + minutes * 60})"
        await execute(
            database,
            f"do $$ begin execute format('alter database %I set chronos.present = %L', '{name}',"
            f" {present}::text); end $$",
        )
        connection = await asyncpg.connect(database, timeout=10, server_settings={"TimeZone": "UTC"})
        for one in views:
            kept = await connection.fetch(f"select * from {one.view.name}")
            plain = await connection.fetch(one.plain.replace("{present}", present))
            wrong = differences(one, kept, plain)
            assert not wrong, (minutes, one.view.declaration.text, one.plain, wrong[:2])
            found = await compare(database, TOPIC, one.view)
            assert not found.different, (minutes, one.view.declaration.text, found.differences[:2])
        await connection.close()
    for sink in (raw, *sinks):
        await sink.close()
