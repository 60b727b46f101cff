"""Evidence on its way: a signed zip of entries, content-addressed, and the strict reading of what strangers send.

A bundle is written from entries and read back into entries; a store is not needed for either.
"""
