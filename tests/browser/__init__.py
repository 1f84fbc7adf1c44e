"""A real Chromium on real pages, a real worker behind them, and the rows that come of it."""
