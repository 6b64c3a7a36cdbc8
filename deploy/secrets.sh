#!/bin/sh
# Writes what docker-compose.yml takes from deploy/secrets, as root; what is there already stays as it is.
# Yours to put there: tls_certificate, tls_key (owner 10002);
# HOTLINE_SMTP_PASSWORD, HOTLINE_PAGES_CLIENT_SECRET, wrapping_keys (owner 10001).
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# put NAME OWNER VALUE
put() {
  [ -e "$1" ] || printf '%s' "$3" > "$1"
  chown "$2" "$1"
  chmod 400 "$1"
}

for name in HOTLINE_NUMBER_KEY HOTLINE_INDEX_KEY HOTLINE_CODE_KEY HOTLINE_SESSION_KEY; do
  put "$name" 10001 "$(random)"
done
for database in register keys engine; do
  put "${database}_db_password" 999 "$(random)"
done
put signing_key 10001 "$(openssl genpkey -algorithm ed25519)"
put engine_password 1000 "$(cat engine_db_password)"
put HOTLINE_DATABASE_URL 10001 "postgresql+asyncpg://hotline:$(cat register_db_password)@register-db/hotline"
put HOTLINE_KEYS_DATABASE_URL 10001 "postgresql+asyncpg://hotline:$(cat keys_db_password)@keys-db/hotline"
put HOTLINE_FILES_SECRET 10001 "$(random)"
put s3_identities 1000 "{\"identities\": [{\"name\": \"hotline\", \"credentials\": [{\"accessKey\": \"hotline\", \"secretKey\": \"$(cat HOTLINE_FILES_SECRET)\"}], \"actions\": [\"Admin\", \"Read\", \"Write\", \"List\"]}]}"
