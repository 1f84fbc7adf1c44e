"""Data sinks: what is done with each batch of a topic, and the machinery that all of them share.

Of your own: derive from `DataSink`, name the class in entry point group ``chronos.sinks``.
"""

from chronos.errors import Refused
from chronos.extensions.data_sink import Batch, Context, DataSink, Row
from chronos.settings.sections import Section

__all__ = ["Batch", "Context", "DataSink", "Refused", "Row", "Section"]
