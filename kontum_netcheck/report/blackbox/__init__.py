"""The inventory's questions for a Prometheus with blackbox_exporter: modules, targets, alerts. Pure."""
