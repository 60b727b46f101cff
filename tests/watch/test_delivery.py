"""Notices really arrive: by SMTP and by a webhook, also after failures, and no secret of an address is ever shown."""

import asyncio
import io
import sys
import threading

import pytest
import typer

from kontum_netcheck.cli.courier import Courier, Couriers, PostState
from kontum_netcheck.cli.notice_address import Address, addresses_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.watch_picture import PostNews
from kontum_netcheck.locale.language import Language
from kontum_netcheck.report.options import Options
from kontum_netcheck.watch.outbox import FIRST_WAIT_S, Notice
from tests.watch.post import hook, mailbox

NOTICE = Notice("✗ Trường THPT A · Internet ftth: Chưa sẵn sàng", "dòng một\ndòng hai <b>&</b>")


def address_of(url: str) -> Address:
    (address,) = addresses_or_stop(Shell("en", io.StringIO(), io.StringIO()), [url])
    return address


async def test_a_letter_arrives_with_its_vietnamese_title_and_text() -> None:
    async with mailbox() as box:
        couriers = Couriers([address_of(box.url)])
        couriers.put(NOTICE)
        letter = await box.letters.get()
        await asyncio.to_thread(couriers.__exit__)
    assert letter["to"] == "truc@example.vn"
    assert letter["subject"] == NOTICE.title
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[:2] == ["dòng một", "dòng hai <b>&</b>"]


def test_a_webhook_gets_title_text_and_kind_as_json() -> None:
    with hook() as taken, Couriers([address_of(taken.url)]) as couriers:
        couriers.put(NOTICE)
        came = taken.wait()
    assert (came["title"], came["message"], came["type"]) == (NOTICE.title, NOTICE.body, "warning")


def test_what_failed_is_sent_again_when_it_is_time_and_nothing_is_lost() -> None:
    now_s, tried = [0.0], threading.Semaphore(0)
    with hook(500, 503) as taken:
        courier = Courier(address_of(taken.url), lambda: now_s[0], tried.release)
        courier.put(NOTICE)
        courier.put(Notice("second", "text"))
        for waiting_count in (2, 3):
            assert tried.acquire(timeout=30)
            assert courier.state.waiting_count == waiting_count
            now_s[0] += FIRST_WAIT_S * 2
            courier.put(Notice("second", "text"))  # wakes it: its clock is not that of the machine
        courier.end()
        courier.join(30)
        assert courier.state.waiting_count == 0
    assert [came["title"] for came in taken.came] == [NOTICE.title] * 3 + ["second"] * 3


def test_failing_notices_are_told_of_once_and_so_is_their_end() -> None:
    news, said = PostNews(), Options(Language("en")).text
    fine, failing = PostState("tgram://***", 0, 0, 1, None), PostState("tgram://***", 2, 3, 1, "error=401")
    told = [[said(each) for each in news.news([state])] for state in (fine, failing, failing, fine, fine)]
    assert told == [
        [],
        ["Notices to tgram://*** fail and are tried again: error=401"],
        [],
        [
            "Notices to tgram://*** are delivered again.",
            "Notices to tgram://*** that were dropped: 3. Too many waited.",
        ],
        [],
    ]


def test_without_apprise_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    stderr = io.StringIO()
    with pytest.raises(typer.Exit):
        addresses_or_stop(Shell("en", io.StringIO(), stderr), ["json://127.0.0.1"])
    assert "pip install 'kontum-netcheck[notify]'" in stderr.getvalue()


class _Hanging(Address):
    """A service that never answers."""

    called = threading.Event()
    go_on = threading.Event()

    def send(self, notice: Notice) -> str | None:
        self.called.set()
        self.go_on.wait()
        return None


def test_a_service_that_hangs_holds_up_neither_who_tells_nor_another_service() -> None:
    with hook() as taken:
        couriers = Couriers([_Hanging("hanging", "", None), address_of(taken.url)])  # type: ignore[arg-type]
        couriers.put(NOTICE)
        assert _Hanging.called.wait(30)
        assert taken.wait()["title"] == NOTICE.title
        assert couriers.states[0].waiting_count == 1
        _Hanging.go_on.set()
        couriers.__exit__()


def test_at_the_end_what_waits_is_tried_once_more() -> None:
    with hook(500) as taken:
        with Couriers([address_of(taken.url)]) as couriers:
            couriers.put(NOTICE)
            taken.wait()
        assert couriers.states[0].waiting_count == 0
    assert len(taken.came) == 2


def test_a_failure_is_told_without_the_addresss_secrets(capfd: pytest.CaptureFixture[str]) -> None:
    url = "json://lan:sesame@127.0.0.1:9/secret-path?+X-Token=verysecret"
    fault = address_of(url).send(NOTICE)
    assert fault
    printed = "".join(capfd.readouterr()) + fault + repr(address_of(url))
    assert not [secret for secret in ("sesame", "secret-path", "verysecret") if secret in printed]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "carrierpigeon://secret-token",
        "tgram://secret-token",
        "zalo://secret-token/chat",
        "mailto://",
        "json://",
        "http://secret-token.example/",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_wrong_address_ends_the_program_at_its_start_and_is_not_repeated(url: str) -> None:
    stderr = io.StringIO()
    with pytest.raises(typer.Exit) as ended:
        addresses_or_stop(Shell("en", io.StringIO(), stderr), ["json://127.0.0.1/hook", url])
    assert ended.value.exit_code == 3
    assert "--notify: address 2" in stderr.getvalue()
    assert "secret-token" not in stderr.getvalue()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDEFGHI/12315544/", "tgram://***"),
        ("zalo://123456789:abcdefghijKLMNOPqrst/abc123", "zalo://***"),
        (
            "mailtos://user:pass@smtp.example.vn:465?from=a@example.vn&to=b@example.vn",
            "mailtos://smtp.example.vn",
        ),
        ("jsons://hook.example.vn/path", "jsons://hook.example.vn"),
    ],
)
def test_the_services_that_are_promised_are_known(url: str, shown: str) -> None:
    assert address_of(url).shown == shown
