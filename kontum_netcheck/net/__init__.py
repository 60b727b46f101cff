"""Engines that know a protocol and nothing of sites."""
