"""What all connections share, and the way from a request to its answer."""

import hmac
import time
from collections.abc import Callable

from kontum_netcheck import __version__
from kontum_netcheck.serving.access_log import AccessLog
from kontum_netcheck.serving.accounts import Accounts
from kontum_netcheck.serving.channel import Bins
from kontum_netcheck.serving.client import client_of, is_loopback
from kontum_netcheck.serving.cookie import CookieJar
from kontum_netcheck.serving.exchange import Exchange
from kontum_netcheck.serving.filler import Filler
from kontum_netcheck.serving.metrics import CONTENT_TYPE, Counters, exposition
from kontum_netcheck.serving.refusal import Reason, Refusal
from kontum_netcheck.serving.reply import Reply, refusal_reply, text
from kontum_netcheck.serving.request import Request
from kontum_netcheck.serving.route import Answer, Desk
from kontum_netcheck.serving.routes import METRICS, route_of
from kontum_netcheck.serving.settings import Settings


class Service:
    """The state of a running server. `log` takes a line without its end."""

    def __init__(self, settings: Settings, log: Callable[[str], None]) -> None:
        self.settings = settings
        self.limits = settings.limits
        self.accounts = Accounts(settings.limits, time.monotonic)
        self.counters = Counters()
        self.noise = Filler()
        self.bins = Bins()
        self.cookies = CookieJar(time.monotonic)
        self.udp_port: int | None = None
        """Where echoes are answered, once the port is open."""
        self._log = AccessLog(log, time.monotonic)

    def answer(self, request: Request, exchange: Exchange) -> Answer:
        """What this client gets for this request, the limits on transfers aside. Notes the route."""
        if request.path == METRICS and self.settings.metrics_port is None and is_loopback(exchange.client):
            return self.only_metrics(request, exchange)
        route = route_of(request.path)
        if route is None:
            return text("there is nothing here\n", 404)
        exchange.route = route.name
        handler = route.methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            allowed = ", ".join([*route.methods, *(["HEAD"] if "GET" in route.methods else [])])
            return text("not with this method\n", 405, (("Allow", allowed),))
        if not route.open and not self._may(request):
            return refusal_reply(Refusal(Reason.TOKEN))
        return handler(request, self._desk(exchange.client))

    def only_metrics(self, request: Request, exchange: Exchange) -> Answer:
        """The counters, for Prometheus; and nothing else."""
        if request.path != METRICS:
            return text("there is nothing here\n", 404)
        exchange.route = "metrics"
        if request.method not in ("GET", "HEAD"):
            return text("not with this method\n", 405, (("Allow", "GET, HEAD"),))
        body = exposition(self.counters, self.accounts.connections_count, self.accounts.testing_count)
        return Reply(200, body, CONTENT_TYPE)

    def moved(self, exchange: Exchange, *, sent: bool) -> Callable[[int], bool]:
        """What counts the bytes of one transfer, for the log and for the client's account."""
        client = client_of(exchange.client)

        def count_up(count: int) -> bool:
            if sent:
                exchange.sent_bytes += count
            else:
                exchange.received_bytes += count
            return self.accounts.move(client, count)

        return count_up

    def done(self, exchange: Exchange) -> None:
        """One request is over: count it and log it."""
        self.counters.take(exchange)
        self._log.take(exchange)

    def _may(self, request: Request) -> bool:
        """Whether it carries the token (RFC 6750), compared in a time that tells nothing of it."""
        token = self.settings.token
        if token is None:
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
        return right and scheme.lower() == "bearer"

    def _desk(self, address: str) -> Desk:
        return Desk(
            version=__version__,
            client=address,
            most_bytes=self.limits.bytes_per_hour,
            udp_port=self.udp_port,
            cookie=self.cookies.bake(address).hex() if self.udp_port is not None else "",
            wants_token=self.settings.token is not None,
            language=self.settings.language,
        )
