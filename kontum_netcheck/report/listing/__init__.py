"""Lists that are no report on readiness: the numbers of an inventory, its lines, test calls. Pure."""
