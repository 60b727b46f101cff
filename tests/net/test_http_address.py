"""URLs and redirects: read in one place, so that the host that was checked is the host that is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Cause, Failure
from kontum_netcheck.net.http.address import Origin, next_url, read_any_url, read_url
from kontum_netcheck.net.http.certificate import matches, read_certificate


@pytest.mark.parametrize(
    ("typed", "plain", "origin"),
    [
        ("http://a.example", "http://a.example/", Origin("http", "a.example", 80)),
        ("HTTPS://A.Example./x?y#z", "https://a.example/x?y", Origin("https", "a.example", 443)),
        ("https://a.example:8443/", "https://a.example:8443/", Origin("https", "a.example", 8443)),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/", Origin("http", "2001:db8::1", 80)),
        (
            "http://a.example/điểm?n=thi",
            "http://a.example/%C4%91i%E1%BB%83m?n=thi",
            Origin("http", "a.example", 80),
        ),
        (
            "http://điểm.example/",
            "http://xn--im-pma3251a.example/",
            Origin("http", "xn--im-pma3251a.example", 80),
        ),
    ],
)
def test_a_url_is_read_as_plain_ascii_and_its_origin(typed: str, plain: str, origin: Origin) -> None:
    assert read_url(typed) == (plain, origin)


@pytest.mark.parametrize(
    "text",
    ["", "a.example", "ftp://a.example/", "http://", "http://a.example:0/", "http://a.example:70000/",
     "http://a.example\\@b.example/", "http://user:secret@a.example/", "http://a.example/\r\nX: y", "http://[::1/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_url(text)


@given(st.text(max_size=200))
def test_no_location_leads_to_another_host(location: str) -> None:
    onward = next_url("http://a.example/x", location, "a.example", ("b.example",))
    assert isinstance(onward, Failure) or onward[1].host in ("a.example", "b.example")


@given(
    st.sampled_from(["//", "http://", "https:", "/\\", "///"]),
    st.sampled_from(["c.example", "a.example@c.example", "c.example#a.example"]),
)
def test_no_way_of_writing_another_host_passes(start: str, host: str) -> None:
    onward = next_url("http://a.example/x", start + host, "a.example", ())
    assert isinstance(onward, Failure) or onward[1].host == "a.example"


def test_a_relative_redirect_is_read_against_the_page() -> None:
    assert next_url("http://a.example/x/y?q", "../z z", "a.example", ()) == read_url("http://a.example/z%20z")


def test_a_redirect_elsewhere_names_where() -> None:
    onward = next_url("http://a.example/", "https://b.example/login", "a.example", ())
    assert isinstance(onward, Failure)
    assert (onward.cause, onward.detail) == (Cause.FOREIGN_REDIRECT, "https://b.example/login")


@pytest.mark.parametrize(
    ("name", "host", "stands"),
    [
        ("a.example", "A.example", True),
        ("*.example.vn", "a.example.vn", True),
        ("*.example.vn", "a.b.example.vn", False),
        ("*.example.vn", "example.vn", False),
        ("*.vn", "a.vn", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("2001:db8::1", "2001:db8:0::1", True),
        ("b.example", "a.example", False),
    ],
)
def test_which_hosts_a_name_in_a_certificate_stands_for(name: str, host: str, stands: bool) -> None:
    assert matches(name, host) is stands


@given(st.binary(max_size=300))
def test_a_certificate_that_is_garbage_is_none(noise: bytes) -> None:
    pem = b"-----BEGIN CERTIFICATE-----\n" + noise + b"\n-----END CERTIFICATE-----\n"
    assert read_certificate(pem, "a.example") is None


@given(
    st.sampled_from(["http", "https", "ftp"]),
    st.from_regex(r"[a-z0-9.-]{1,12}\.?", fullmatch=True),
    st.sampled_from(["", ":80", ":443", ":8080", ":65535", ":65536", ":0"]),
    st.sampled_from(["", "/", "/a/b.html", "/a?b=c&d", "?b", "/ế", "/a#b", "/a%20b", "//a//"]),
)
def test_the_short_way_for_usual_urls_reads_them_as_the_long_one(
    scheme: str, host: str, port: str, path: str
) -> None:
    url = f"{scheme}://{host}{port}{path}"
    try:
        expected = read_any_url(url)
    except ValueError:
        with pytest.raises(ValueError):
            read_url(url)
        return
    assert read_url(url) == expected
