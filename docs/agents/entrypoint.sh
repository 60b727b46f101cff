#!/bin/sh
# Run kontum-netcheck with the password that a secret's file holds: in no command line, no image, no inspect.
set -eu
if [ -n "${PASSWORD_FILE:-}" ]; then
  PGPASSWORD=$(cat "$PASSWORD_FILE")
  export PGPASSWORD
fi
exec kontum-netcheck "$@"
