"""Grafana's dashboards: the role that reads for them, and their files."""
