"""The way in. What is asked for most often and needs least (`--version`) is answered before anything is loaded."""

import sys


def main() -> int:
    """Run the command line and return its exit code (0 ready, 1 degraded, 2 not ready, 3 could not run)."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from kontum_netcheck import __version__

        sys.stdout.write(f"kontum-netcheck {__version__}\n")
        return 0
    try:
        from kontum_netcheck.cli.start import start

        return start(sys.argv[1:])
    except KeyboardInterrupt:  # also while the program is still being loaded
        return 130


if __name__ == "__main__":
    sys.exit(main())
