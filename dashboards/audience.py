"""Dashboards about people and pages: Overview, Pages, Sessions."""

from dashboards.model import COUNT, NO_UNIT, PERCENT, SECONDS, SHARE, TEXT, TIME, Dashboard, SqlPanel

PEOPLE = {"pageviews": COUNT, "visitors": COUNT}
PAGES = "chronos-pages"

OVERVIEW = Dashboard(
    "overview",
    "Overview",
    "How many people are on the site, what they look at, and where they come from",
    [
        SqlPanel("visitors_now", "Visitors now", "number", {"visitors": COUNT}, width=4, height=5),
        SqlPanel("visitors", "Visitors", "number", {"visitors": COUNT}, width=4, height=5),
        SqlPanel("sessions", "Sessions", "number", {"sessions": COUNT}, width=4, height=5),
        SqlPanel("pageviews", "Pageviews", "number", {"pageviews": COUNT}, width=4, height=5),
        SqlPanel("submissions", "Forms sent", "number", {"submissions": COUNT}, width=4, height=5),
        SqlPanel("errors", "Script errors", "number", {"errors": COUNT}, width=4, height=5),
        SqlPanel("traffic", "Pageviews and visitors", "lines", PEOPLE),
        SqlPanel("events_by_type", "Events by type", "stacked", {"value": COUNT}),
        SqlPanel("top_pages", "Most opened pages", "table", {"page": TEXT, **PEOPLE}, links={"page": PAGES}),
        SqlPanel(
            "referrers",
            "Where they come from",
            "table",
            {"site": TEXT, **PEOPLE},
            empty="Nobody came from another site in this time range",
        ),
        SqlPanel(
            "campaigns",
            "Campaigns",
            "table",
            {"source": TEXT, "medium": TEXT, "campaign": TEXT, **PEOPLE},
            empty="No address with utm_source or utm_campaign was opened in this time range",
        ),
        SqlPanel("languages", "Languages", "bars", {"language": TEXT, "visitors": COUNT}),
    ],
    refresh="1m",
)

PAGE = Dashboard(
    "pages",
    "Pages",
    "What is opened, for how long it is looked at, and how much of it",
    [
        SqlPanel("over_time", "Pageviews by page", "lines", {"value": COUNT}, width=24),
        SqlPanel(
            "pages",
            "Pages",
            "table",
            {"page": TEXT, **PEOPLE, "visible": SECONDS, "seen": PERCENT},
            width=24,
            links={"page": PAGES},
        ),
        SqlPanel("depths", "How much was seen", "bars", {"seen": TEXT, "visitors": COUNT}, width=8),
        SqlPanel("widths", "Screens", "bars", {"screen": TEXT, "visitors": COUNT}, width=8),
        SqlPanel("hours", "Hours of the day (UTC)", "bars", {"hour": TEXT, "pageviews": COUNT}, width=8),
        SqlPanel(
            "referrers",
            "Where they come from",
            "table",
            {"referrer": TEXT, **PEOPLE},
            width=24,
            empty="No pageview in this time range came from another page",
        ),
    ],
    by_page=True,
)

SESSIONS = Dashboard(
    "sessions",
    "Sessions",
    "How visits begin, how long they last, and where they end",
    [
        SqlPanel("begun", "Sessions", "number", {"sessions": COUNT}, width=6, height=5),
        SqlPanel("pages_each", "Pages per session", "number", {"pages": NO_UNIT}, width=6, height=5),
        SqlPanel("bounced", "Left after one page", "number", {"bounced": SHARE}, width=6, height=5),
        SqlPanel("visible", "Time in view, median", "number", {"visible": SECONDS}, width=6, height=5),
        SqlPanel("over_time", "Sessions that began", "stacked", {"sessions": COUNT}),
        SqlPanel("lengths", "Pages per session", "bars", {"pages": TEXT, "sessions": COUNT}),
        SqlPanel(
            "entries",
            "Where sessions begin",
            "table",
            {"page": TEXT, "sessions": COUNT, "bounced": SHARE},
            links={"page": PAGES},
        ),
        SqlPanel(
            "exits", "Where sessions end", "table", {"page": TEXT, "sessions": COUNT}, links={"page": PAGES}
        ),
        SqlPanel(
            "latest",
            "Latest sessions",
            "table",
            {
                "first_page": TIME,
                "last_page": TIME,
                "visitor": TEXT,
                "pageviews": COUNT,
                "visible": SECONDS,
                "entry": TEXT,
                "exit": TEXT,
            },
            width=24,
            height=12,
        ),
    ],
)
