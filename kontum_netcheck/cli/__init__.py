"""The shell around everything: the only place that prints, opens files, exits and starts an event loop."""
