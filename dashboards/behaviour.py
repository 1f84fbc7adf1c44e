"""Dashboards about what happens on pages: Clicks and links, Forms, Errors and vitals."""

from dashboards.model import COUNT, MS, NO_UNIT, SHARE, TEXT, TIME, Bounds, Dashboard, SqlPanel

VISITORS = {"visitors": COUNT}
PAGES = "chronos-pages"
# Google's, see web.dev/articles/vitals.
BOUNDS = {
    "lcp": Bounds(2500, 4000),
    "inp": Bounds(200, 500),
    "cls": Bounds(0.1, 0.25),
    "fcp": Bounds(1800, 3000),
    "ttfb": Bounds(800, 1800),
}
TIMES = {"first_time": TIME, "last_time": TIME}

CLICKS = Dashboard(
    "clicks",
    "Clicks and links",
    "What people click on, where links lead them, and where they click in vain",
    [
        SqlPanel("over_time", "Clicks", "lines", {"value": COUNT}, width=24),
        SqlPanel("targets", "Most clicked", "table", {"target": TEXT, "clicks": COUNT, **VISITORS}),
        SqlPanel("links", "Links", "table", {"text": TEXT, "target": TEXT, "clicks": COUNT, **VISITORS}),
        SqlPanel(
            "vain",
            "Clicks in vain",
            "table",
            {"page": TEXT, "target": TEXT, "rage_clicks": COUNT, "dead_clicks": COUNT, **VISITORS},
            width=24,
            links={"page": PAGES},
            empty="No rage click and no dead click in this time range",
        ),
        SqlPanel("outbound", "Links to other sites", "table", {"site": TEXT, "clicks": COUNT, **VISITORS}),
        SqlPanel("downloads", "Downloads", "table", {"file": TEXT, "downloads": COUNT, **VISITORS}),
        SqlPanel("keys", "Keys", "bars", {"key": TEXT, "presses": COUNT}, width=24),
    ],
    by_page=True,
)

FORMS = Dashboard(
    "forms",
    "Forms",
    "Which forms are sent, which are left, and where people give up",
    [
        SqlPanel("submissions", "Sent", "number", {"submissions": COUNT}, width=8, height=5),
        SqlPanel("abandonments", "Left", "number", {"abandonments": COUNT}, width=8, height=5),
        SqlPanel("completed", "Completed", "number", {"completed": SHARE}, width=8, height=5),
        SqlPanel("over_time", "Sent and left", "stacked", {"value": COUNT}, width=24),
        SqlPanel(
            "forms",
            "Forms",
            "table",
            {
                "form": TEXT,
                "page": TEXT,
                "submissions": COUNT,
                "abandonments": COUNT,
                "completed": SHARE,
                **VISITORS,
            },
            width=24,
            links={"page": PAGES},
            empty="No form was begun in this time range",
        ),
        SqlPanel(
            "left_at",
            "Where people give up",
            "table",
            {"form": TEXT, "field": TEXT, "abandonments": COUNT, **VISITORS},
            empty="No form was left in this time range",
        ),
        SqlPanel("touched", "Fields touched before leaving", "bars", {"fields": TEXT, "abandonments": COUNT}),
    ],
)

ERRORS = Dashboard(
    "errors",
    "Errors and vitals",
    "What goes wrong in the pages' scripts, and how fast pages load, answer and settle",
    [
        SqlPanel(
            "vitals",
            "Web vitals",
            "number",
            {"lcp": MS, "inp": MS, "cls": NO_UNIT, "fcp": MS, "ttfb": MS},
            width=24,
            height=5,
            bounds=BOUNDS,
        ),
        SqlPanel("vitals_over_time", "Web vitals that are times", "lines", {"value": MS}),
        SqlPanel(
            "ratings",
            "Ratings",
            "bars",
            {"vital": TEXT, "good": COUNT, "needs_improvement": COUNT, "poor": COUNT},
        ),
        SqlPanel(
            "slow_pages",
            "Slow pages",
            "table",
            {"page": TEXT, "lcp": MS, "inp": MS, "cls": NO_UNIT, "loads": COUNT},
            width=24,
            links={"page": PAGES},
            bounds={name: BOUNDS[name] for name in ("lcp", "inp", "cls")},
        ),
        SqlPanel(
            "over_time",
            "Script errors",
            "stacked",
            {"value": COUNT},
            width=24,
            empty="No error in this time range",
        ),
        SqlPanel(
            "messages",
            "Messages",
            "table",
            {"message": TEXT, "script": TEXT, "line": NO_UNIT, "errors": COUNT, **VISITORS, **TIMES},
            width=24,
            empty="No error in this time range",
        ),
        SqlPanel(
            "pages",
            "Pages with errors",
            "table",
            {"page": TEXT, "errors": COUNT, **VISITORS},
            links={"page": PAGES},
            empty="No error in this time range",
        ),
        SqlPanel(
            "losses",
            "Events that trackers dropped",
            "table",
            {"reason": TEXT, "events": COUNT, **VISITORS},
            empty="No tracker had to drop anything in this time range",
        ),
    ],
)
