#!/bin/sh
# What the compose file does once, each step as often as you like:
#   setup.sh certificate FOLDER HOST   a certificate authority, and the server's certificate for that name
#   setup.sh owner                     the store's owner and its database, and the group of agents
#   setup.sh agents VANTAGE …          a login for each, with the right to speak for that vantage; after “store upgrade”
# The last two need psql and a superuser (PGHOST, PGUSER, PGPASSWORD or PASSWORD_FILE); passwords stand in files
# /run/secrets/owner_password and /run/secrets/agent_VANTAGE ($SECRETS names another folder).
set -eu
secrets=${SECRETS:-/run/secrets}

if [ -n "${PASSWORD_FILE:-}" ]; then
  PGPASSWORD=$(cat "$PASSWORD_FILE")
  export PGPASSWORD
fi

certificate() {
  cd "$1"
  if [ ! -s server.crt ]; then
    set -- "$2" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes
    host=$1 && shift
    openssl req -x509 "$@" -days 3650 -subj "/CN=kontum-netcheck" -keyout ca.key -out ca.crt
    openssl req "$@" -subj "/CN=$host" -keyout server.key -out server.csr
    echo "subjectAltName = DNS:$host" >server.ext
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 825 -extfile server.ext \
      -out server.crt
    rm server.csr server.ext
  fi
  chmod 600 server.key ca.key
  chown postgres server.key server.crt 2>/dev/null || true # in the image of PostgreSQL
}

# The password comes through a variable of psql's own, so that it stands in no list of processes.
login() { # NAME, file of its password
  psql -v ON_ERROR_STOP=1 -q -v login="$1" -v file="$2" <<'SQL'
\set password `cat :'file'`
SELECT format('CREATE ROLE %I LOGIN', :'login')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
ALTER ROLE :"login" PASSWORD :'password';
SQL
}

owner() {
  login netcheck "$secrets/owner_password"
  psql -v ON_ERROR_STOP=1 -q <<'SQL'
SELECT 'CREATE ROLE kontum_agent NOLOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kontum_agent') \gexec
SELECT 'CREATE DATABASE evidence OWNER netcheck'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'evidence') \gexec
SQL
}

agents() {
  for vantage in "$@"; do
    name=agent_$(echo "$vantage" | tr - _)
    login "$name" "$secrets/$name"
    psql -v ON_ERROR_STOP=1 -q -d evidence -v login="$name" -v vantage="$vantage" <<'SQL'
SELECT agent_grant(:'login', :'vantage');
SQL
  done
}

"$@"
