"""How many sockets this process may hold open at once."""

import sys

_ENOUGH = 8192
_SELECT_LIMIT = 480  # select() on Windows takes 512 sockets, some of which are the program's own
_OWN_FILES = 64  # the program's own files, pipes and engines


def most_open_sockets() -> int:
    """Raise the soft limit of open files as far as it goes, and say how many sockets that leaves."""
    if sys.platform == "win32":
        return _SELECT_LIMIT
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    most = _ENOUGH if soft == resource.RLIM_INFINITY else min(soft, _ENOUGH)
    return max(8, most - _OWN_FILES)
