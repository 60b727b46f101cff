"""How fast a line is, both ways, and how late it answers meanwhile: our own engine, speedtest-cli, iperf3."""
