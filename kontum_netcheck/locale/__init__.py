"""Vietnamese and English: sentences, numbers, times and spans as a reader of the language writes them.

This door is light, since every start of the program goes through it: `Language` itself is in `locale.language`.
"""

from pathlib import Path
from typing import Literal

LanguageCode = Literal["vi", "en"]
DOMAIN = "kontum_netcheck"
LOCALE_DIR = Path(__file__).parent
"""Where gettext finds the catalogues: <LOCALE_DIR>/vi/LC_MESSAGES/<DOMAIN>.mo."""
