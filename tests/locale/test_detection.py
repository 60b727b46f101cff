"""Which language a reader gets."""

import pytest

from kontum_netcheck.locale.detection import detect, language_of_langid


@pytest.mark.parametrize(
    ("environ", "said", "code"),
    [
        ({}, "vi", "vi"),
        ({"LANG": "vi_VN.UTF-8"}, "en", "en"),
        ({"KONTUM_NETCHECK_LANG": "vi", "LANG": "en_US.UTF-8"}, None, "vi"),
        ({"LANG": "vi_VN.UTF-8"}, None, "vi"),
        ({"LANG": "vi"}, None, "vi"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "vi_VN"}, None, "en"),
        ({"LC_MESSAGES": "vi_VN", "LANG": "en_US"}, None, "vi"),
        ({"LC_ALL": "", "LANG": "vi_VN"}, None, "vi"),
        ({"LANGUAGE": "fr:vi:en", "LANG": "en_US.UTF-8"}, None, "vi"),
        ({"LANGUAGE": "vi", "LANG": "C.UTF-8"}, None, "vi"),
        ({"LANGUAGE": "vi", "LC_ALL": "C"}, None, "en"),
        ({"LANG": "C"}, None, "en"),
        ({"LANG": "POSIX"}, None, "en"),
        ({"LANG": "fr_FR.UTF-8"}, None, "en"),
        ({"LANG": "vie_nonsense"}, None, "en"),
    ],
)
def test_the_first_language_that_we_speak_wins(environ: dict[str, str], said: str | None, code: str) -> None:
    assert detect(environ, said) == code


def test_nothing_said_is_english_where_the_system_does_not_say_more() -> None:
    assert detect({}) in ("en", "vi")  # Windows may say Vietnamese


@pytest.mark.parametrize(("langid", "code"), [(0x042A, "vi"), (0x0409, "en"), (0x0C0C, "en")])
def test_windows_says_its_language_by_number(langid: int, code: str) -> None:
    assert language_of_langid(langid) == code
