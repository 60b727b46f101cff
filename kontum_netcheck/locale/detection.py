"""Which language the reader wants: said, set in the environment, or that of Windows."""

import sys
from collections.abc import Mapping

from kontum_netcheck.locale import LanguageCode

_WINDOWS_PRIMARY_VIETNAMESE = 0x2A  # LANG_VIETNAMESE in winnt.h


def detect(environ: Mapping[str, str], argv_lang: str | None = None) -> LanguageCode:
    """The first language that we speak of: `--lang`, KONTUM_NETCHECK_LANG, the locale, Windows; else English.

    The locale is read as GNU gettext reads it: LC_ALL, LC_MESSAGES, LANG, the first that is set; LANGUAGE, a
    list, goes before it unless it is C or POSIX.
    """
    for said in (argv_lang, environ.get("KONTUM_NETCHECK_LANG")):
        code = spoken(said or "")
        if code:
            return code
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), None)
    if locale in ("C", "POSIX"):
        return "en"
    wishes = [wish for wish in environ.get("LANGUAGE", "").split(":") if wish]
    for wish in (*wishes, locale or ""):
        code = spoken(wish)
        if code:
            return code
    return "en" if locale or wishes else _system_language()


def spoken(tag: str) -> LanguageCode | None:
    """`vi_VN.UTF-8`, `vi-VN`, `VI` → vi; a language that we don't speak → None."""
    name = tag.replace("-", "_").split(".")[0].split("@")[0].split("_")[0].lower()
    return "vi" if name == "vi" else "en" if name == "en" else None


def language_of_langid(langid: int) -> LanguageCode:
    """The language of a Windows LANGID: its low ten bits are the primary language."""
    return "vi" if langid & 0x3FF == _WINDOWS_PRIMARY_VIETNAMESE else "en"


def _system_language() -> LanguageCode:
    """What the user interface of Windows speaks; elsewhere English."""
    if sys.platform == "win32":
        import ctypes

        return language_of_langid(ctypes.windll.kernel32.GetUserDefaultUILanguage())
    return "en"
