"""kontum_netcheck: are the Internet lines, phones and faxes of every exam site ready?"""

__version__ = "0.1.0"
