"""How large what somebody sends us may be; a province of 3,000 sites for an exam season is far below."""

BUNDLE_BYTES = 512 << 20
DIRECTORY_BYTES = 4 << 20  # the zip's list of what is in it
MANIFEST_BYTES = 4 << 20
LINES_BYTES = 1 << 30  # a member of lines, unpacked
FILE_BYTES = 32 << 20  # a photo, a scanned sheet
TOTAL_BYTES = 3 << 30  # everything, unpacked
FILES_COUNT = 10_000
