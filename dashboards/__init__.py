"""The source of Grafana's dashboards in ``docker/grafana/dashboards``."""
