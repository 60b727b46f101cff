"""How fast a line is, both ways, and how slow it answers meanwhile: own engine, speedtest-cli, iperf3, foreign results."""
