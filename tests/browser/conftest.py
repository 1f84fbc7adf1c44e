"""Fixtures: one worker and one Chromium for all browser tests, a fresh profile for each visitor."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from project import Project

from browser.front import Front, running_front
from browser.site import Site, running_site
from browser.stage import Stage, running_stage
from browser.visitor import Visitor, page_errors
from browser.worker import Worker, running_worker

# Origins, as [web] allowed_origins has them: that of each `browser.front`, and that of a page in a sandbox.
FRONTS = "http://localhost:*"
SANDBOX = "null"
TRACKER = Path(__file__).parents[2] / "tracker"
NAMES = ("chromium", "chromium-browser", "google-chrome")
DESK: ViewportSize = {"width": 1280, "height": 860}
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Not Playwright's `locale`, which a page no longer has while it is left.
    "--accept-lang=en-GB",
)


def missing(what: str) -> None:
    """Skip with a reason; where everything has to be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="package")
def chromium_path() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing(f"no browser on PATH ({', '.join(NAMES)}): apt-get install chromium")
    return str(found)


@pytest.fixture(scope="package")
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    """A browser with an empty profile; no process of it outlives the tests."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path,
            args=list(FLAGS),
            # Of Playwright's own switches, the one that takes from pages what every visitor's browser has.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        processes = psutil.Process().children(recursive=True)
        yield browser
        await browser.close()
    ours = [one for one in processes if one.is_running() and "chrom" in " ".join(_words(one))]
    _, left = psutil.wait_procs(ours, timeout=10)
    assert not left, left


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.fixture(scope="package")
async def allowed_site() -> AsyncIterator[Site]:
    """A site whose origin is in [web] allowed_origins."""
    async with running_site() as site:
        yield site


@pytest.fixture(scope="package")
async def strange_site(worker: Worker) -> AsyncIterator[Site]:
    """A site that includes the tracker without having been allowed to."""
    async with running_site() as site:
        site.tracker = f"{worker.url}/tracker.js"
        yield site


@pytest.fixture(scope="package")
async def worker(
    chromium_path: str, services: Any, start_project: Callable[[], Project], allowed_site: Site
) -> AsyncIterator[Worker]:
    """A worker with a folder, topics and a database of its own, as it is configured by default."""
    origins = [allowed_site.origin, FRONTS, SANDBOX]
    async with running_worker(start_project(), services.kafka, services.timescaledb, origins) as running:
        allowed_site.tracker = f"{running.url}/tracker.js"
        yield running


NewVisitor = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="module")
async def new_visitor(chromium: Browser, worker: Worker) -> AsyncIterator[NewVisitor]:
    """Make visitors; keywords are those of Playwright's `new_context`, but for `known`."""
    async with AsyncExitStack() as profiles:

        async def make(known: bool = True, **options: Any) -> Visitor:
            context = await chromium.new_context(**options)
            profiles.push_async_callback(context.close)
            visitor = Visitor(context, worker)
            if known:
                await visitor.known_as(visitor.uuid)
            return visitor

        yield make


@pytest.fixture
async def visitor(new_visitor: NewVisitor) -> AsyncIterator[Visitor]:
    """Somebody who was never here before; whatever they do, no page has an error."""
    made = await new_visitor()
    yield made
    await made.context.close()
    assert page_errors(made) == []


@pytest.fixture
async def stranger(new_visitor: NewVisitor) -> AsyncIterator[Visitor]:
    """Somebody in whose browser nothing is stored, not even by these tests."""
    made = await new_visitor(known=False)
    yield made
    await made.context.close()
    assert page_errors(made) == []


NewFront = Callable[[], Awaitable[Front]]


@pytest.fixture
async def new_front(worker: Worker) -> AsyncIterator[NewFront]:
    """Make sites that have the worker behind their own address."""
    async with AsyncExitStack() as sites:
        yield lambda: sites.enter_async_context(running_front(worker))


@pytest.fixture
async def front(new_front: NewFront) -> Front:
    return await new_front()


@pytest.fixture
async def stage(worker: Worker) -> AsyncIterator[Stage]:
    async with running_stage(worker) as made:
        yield made


@pytest.fixture
async def viewer(new_visitor: NewVisitor) -> AsyncIterator[Visitor]:
    """Somebody in Dubai who looks at the page, of which nothing complains."""
    made = await new_visitor(viewport=DESK, timezone_id="Asia/Dubai")
    yield made
    await made.context.close()
    assert [text for text in made.complaints if "Failed to load resource" not in text] == []


@pytest.fixture(scope="package")
def axe(chromium_path: str) -> str:
    """The code of axe-core, as tracker/package-lock.json pins it."""
    script = TRACKER / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            missing("npm not found: it brings axe-core")
        subprocess.run([str(npm), "ci", "--no-audit", "--no-fund"], cwd=TRACKER, timeout=240, check=True)
    return script.read_text()


async def axe_violations(page: Page, axe: str) -> list[tuple[str, list[str]]]:
    """What axe-core finds wrong on a page: the rules, each with the elements."""
    await page.evaluate(axe)
    found = await page.evaluate("axe.run()")
    assert found["passes"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
