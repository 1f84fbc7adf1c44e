"""All dashboards, in the order in which they are listed."""

from dashboards.audience import OVERVIEW, PAGE, SESSIONS
from dashboards.behaviour import CLICKS, ERRORS, FORMS
from dashboards.pipeline import PIPELINE

DASHBOARDS = (OVERVIEW, PAGE, CLICKS, FORMS, SESSIONS, ERRORS, PIPELINE)
