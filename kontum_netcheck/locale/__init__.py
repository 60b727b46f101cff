"""Vietnamese and English: sentences, numbers, times and spans as a reader of the language writes them."""

from kontum_netcheck.locale.detection import detect
from kontum_netcheck.locale.language import DOMAIN, LOCALE_DIR, Language, LanguageCode

__all__ = ["DOMAIN", "LOCALE_DIR", "Language", "LanguageCode", "detect"]
