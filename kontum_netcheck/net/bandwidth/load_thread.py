"""A load in one direction: several streams moved by one thread, counted in short samples, ended as soon as is enough.

The thread looks at its sockets at a steady pace and not at each packet: what lies there is then read at once, which
costs a tenth of the time.
"""

import threading
from collections.abc import Callable
from time import perf_counter, sleep, thread_time

import pycurl

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Stage
from kontum_netcheck.net.bandwidth.curve import BITS_PER_MBIT, Piece, samples_of
from kontum_netcheck.net.bandwidth.kernel import IS_THERE
from kontum_netcheck.net.bandwidth.load import Direction, EndedBy, Load, LoadOrder
from kontum_netcheck.net.bandwidth.outcome import failure_of_stream
from kontum_netcheck.net.bandwidth.portions import Portions, RequestSize
from kontum_netcheck.net.bandwidth.profile import Kind
from kontum_netcheck.net.bandwidth.receipt import read_receipt
from kontum_netcheck.net.bandwidth.stream import Stream

_PACES = ((50.0, 0.008), (200.0, 0.004), (600.0, 0.002))  # up to Mbit/s: a look every s
_FASTEST_PACE_S = 0.001
_A_LOT_BYTES = 65_536
"""Who got so much at one look looks again at once."""
_BODY_SHARE = 0.93
"""Of the budget, what bodies may have: heads, segments that are sent again and what is under way take the rest."""
_LAST_WORDS_S = 5.0
"""So long the receiver's word is waited for, and requests that are nearly over."""


class LoadThread:
    """Moves one load. `start`, then `join`; `stop` ends it soon, from any thread."""

    def __init__(self, order: LoadOrder, on_sample: Callable[[float, int], None]) -> None:
        self.load = Load(order)
        self._order = order
        self._on_sample = on_sample
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=f"bandwidth {order.direction}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon: what was counted stays."""
        self._stopped = True

    def join(self) -> Load:
        """Wait for its end; what came of it."""
        self._thread.join()
        return self.load

    # From here on everything runs in the thread.

    def _run(self) -> None:
        order = self._order
        self._began_s = perf_counter()
        self._rested_s, self._pace_s, self._requests_count = 0.0, _PACES[0][1], 0
        self._next_sample_s, self._moved_s = order.sample_s, 0.0
        self._most_bytes = round(order.max_bytes * _BODY_SHARE)
        self._portions = Portions(self._most_bytes, order.streams_count)
        self._sizes = RequestSize()
        self._multi = pycurl.CurlMulti()
        self._active: dict[pycurl.Curl, Stream] = {}
        self._failures: list[Failure] = []
        self._streams = [Stream(order.way, self.load.connections.append) for _ in range(order.streams_count)]
        try:
            for stream in self._streams:
                self._go_on(stream, 0.0)
            while self._active:
                self._turn()
        except CannotMeasure as fault:
            self.load.fault = fault
        finally:
            self._clear_up()

    def _turn(self) -> None:
        self._move()
        now_s = perf_counter() - self._began_s
        if self.load.ended_by is not None:
            if now_s - self.load.ended_s > self._last_words_s:
                self._drop_all()
        elif self._stopped:
            self._end(EndedBy.INTERRUPTED, now_s)
        elif now_s >= self._next_sample_s:
            self._sample(now_s)
        if self._active:
            rest_s = self._pace_s - (perf_counter() - self._began_s - now_s)
            if rest_s > 0:
                sleep(rest_s)
                self._rested_s += rest_s

    def _move(self) -> None:
        """Have libcurl move what can be moved, and look after the requests that have ended."""
        moved, due_s = self._moved(), self._began_s + self._next_sample_s
        while True:
            before = moved
            self._multi.perform()
            moved = self._moved()
            if moved - before < _A_LOT_BYTES or perf_counter() >= due_s:
                break
        _, fine, failed = self._multi.info_read()
        now_s = perf_counter() - self._began_s
        for curl in fine:
            self._finish(curl, 0, "", now_s)
        for curl, code, text in failed:
            self._finish(curl, code, text, now_s)

    def _moved(self) -> int:
        return sum(stream.moved_bytes for stream in self._streams)

    def _sample(self, now_s: float) -> None:
        """Count, and look whether it is enough."""
        load, order = self.load, self._order
        while self._next_sample_s <= now_s:
            self._next_sample_s += order.sample_s
        count, line_count = self._count()
        if line_count > load.line_points[-1][1]:
            self._moved_s = now_s
        load.points.append((now_s, count))
        load.line_points.append((now_s, line_count))
        load.efforts.append((now_s, thread_time(), self._rested_s))
        samples = samples_of(load.line_points)
        rate = samples[-1].mbit_per_s
        self._pace_s = next((pace_s for most, pace_s in _PACES if rate <= most), _FASTEST_PACE_S)
        for connection in load.connections:
            connection.allow_unsent(round(2 * rate * BITS_PER_MBIT / 8 * self._pace_s))
        self._on_sample(rate, self._moved())
        if now_s - self._moved_s > order.stall_s:
            detail = f"nothing arrived for {order.stall_s:g} s, after {line_count} bytes"
            self._fail(Failure(Stage.TRANSFER, Cause.TIMEOUT, detail), now_s)
        elif load.transferred_bytes >= self._most_bytes:
            self._end(EndedBy.BYTES, now_s)
        elif order.stop_rule.is_met(samples):
            self._end(EndedBy.STABLE, now_s)
        elif now_s >= order.max_s:
            self._end(EndedBy.TIME, now_s)

    def _count(self) -> tuple[int, int]:
        """What arrived as far as is known while it runs: to this program, and to the kernels at either end."""
        told = [tcp for connection in self.load.connections if (tcp := connection.ask())]
        if self._order.direction is Direction.DOWN:
            moved = self._moved()
            return moved, sum(tcp.arrived_bytes for tcp in told) or moved
        acknowledged = sum(piece.bytes_count for piece in self.load.pieces)
        return acknowledged, sum(tcp.delivered_bytes for tcp in told) or acknowledged

    def _end(self, by: EndedBy, now_s: float) -> None:
        """Move no more; uploads are let end, for their receiver's word."""
        self.load.ended_by, self.load.ended_s = by, now_s
        waits = self._order.direction is Direction.UP and by not in (EndedBy.FAILURE, EndedBy.INTERRUPTED)
        self._last_words_s = _LAST_WORDS_S if waits else 0.0
        for stream in self._streams:
            stream.ending = True
        if not waits:
            self._drop_all()

    def _fail(self, failure: Failure, now_s: float) -> None:
        self.load.failure = failure
        self._end(EndedBy.FAILURE, now_s)

    def _go_on(self, stream: Stream, now_s: float) -> None:
        """Give the stream its next request; none where the budget is used up, or all ends."""
        order, is_whole = self._order, self._is_whole
        if self.load.ended_by is not None:
            return
        size = order.profile.most_bytes if is_whole else self._sizes.bytes_count
        most = self._portions.take(min(size, order.profile.most_bytes))
        if not most:
            if now_s:  # else the budget is too small for so many streams: fewer will do
                self._end_by_bytes(now_s)
            return
        self._requests_count += 1
        if order.direction is Direction.DOWN:
            url = order.profile.download(most, self._requests_count)
            stream.fetch(url, most, now_s, by_range=order.profile.kind is Kind.FILE)
        else:
            assert order.profile.upload is not None, order.profile
            stream.send(order.profile.upload, most, now_s, open_ended=order.profile.counts_for_us)
        self._active[stream.curl] = stream
        self._multi.add_handle(stream.curl)

    @property
    def _is_whole(self) -> bool:
        """Whether a request is as long as its portion; else its end is the only thing that counts it."""
        return self._order.direction is Direction.DOWN or (self._order.profile.counts_for_us and IS_THERE)

    def _end_by_bytes(self, now_s: float) -> None:
        """Nothing is left to give out: what is still on its way comes, and is not counted in the rate."""
        self.load.ended_by, self.load.ended_s = EndedBy.BYTES, now_s
        self._last_words_s = _LAST_WORDS_S

    def _finish(self, curl: pycurl.Curl, code: int, text: str, now_s: float) -> None:
        """A request has ended: well, and the stream goes on; or not, and the stream is lost."""
        stream = self._active.get(curl)
        if stream is None:  # given up meanwhile
            return
        failure = failure_of_stream(stream, code, text, self._order.direction is Direction.UP)
        if failure is None and self._order.direction is Direction.UP:
            failure = self._acknowledge(stream, now_s)
        elif failure is None and stream.piece_bytes < stream.most_bytes:
            self._portions.give_back(stream.most_bytes - stream.piece_bytes)
        self._drop(curl)
        if failure is None:
            self._go_on(stream, now_s)
        elif self.load.ended_by is None:
            self._failures.append(failure)
            if 2 * len(self._failures) > len(self._streams):
                self._fail(self._failures[0], now_s)

    def _acknowledge(self, stream: Stream, now_s: float) -> Failure | None:
        """The receiver's word for an upload; the failure, where it can't be right."""
        start_s = stream.started_s + stream.curl.getinfo(pycurl.PRETRANSFER_TIME)
        if not self._order.profile.counts_for_us:
            self.load.pieces.append(Piece(start_s, now_s, stream.piece_bytes))
            self._sizes.learn(stream.piece_bytes, now_s - start_s)
            return None
        receipt = read_receipt(stream.answer, stream.piece_bytes)
        if isinstance(receipt, str):
            return Failure(Stage.REPLY, Cause.BAD_REPLY, receipt)
        self.load.pieces.append(
            Piece(start_s, start_s + receipt.duration_s, receipt.received_bytes, receipt.steps)
        )
        self._sizes.learn(
            stream.piece_bytes, (now_s - start_s) / 4
        )  # it has samples of its own: larger will do
        return None

    def _drop_all(self) -> None:
        """Give up what is under way; of uploads nobody knows what came of them from their beginning on."""
        if self._order.direction is Direction.UP and self._active:
            begun_s = min(stream.started_s for stream in self._active.values())
            self.load.known_until_s = min(begun_s, self.load.known_until_s)
        for curl in list(self._active):
            self._drop(curl)

    def _drop(self, curl: pycurl.Curl) -> None:
        del self._active[curl]
        self._multi.remove_handle(curl)

    def _clear_up(self) -> None:
        load = self.load
        if load.ended_by is None:
            now_s = perf_counter() - self._began_s
            load.ended_by, load.ended_s = EndedBy.FAILURE, now_s
            load.failure = load.failure or next(iter(self._failures), None)
        for connection in load.connections:
            connection.close()
        self._drop_all()
        load.moved_bytes = self._moved()
        load.streams_count = sum(stream.moved_bytes > 0 for stream in self._streams)
        for stream in self._streams:
            stream.curl.close()
        self._multi.close()
