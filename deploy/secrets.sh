#!/bin/sh
# Writes what docker-compose.yml takes from deploy/secrets, as root; what is there already stays as it is.
# Yours to put there, as it says in the end: the certificate of HOTLINE_PUBLIC_URL, the password of the mail server and
# the secret of the pages' client, each of these two empty where there is none. Run it again then: it gives each file to
# the one user that reads it.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets/wrapping
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

# The keys that wrap the cases' keys: who has lost them has lost every case.
key_id="local-$(random | cut -c 1-12)"
put wrapping/keys.json 10001 "{\"current\": \"$key_id\", \"keys\": {\"$key_id\": \"$(openssl rand -base64 32)\"}}"
chown 10001 wrapping

# yours NAME OWNER
yours() {
  if [ -e "$1" ]; then
    put "$1" "$2" ""
  else
    echo "still missing: deploy/secrets/$1"
  fi
}

yours tls_certificate 10002
yours tls_key 10002
yours HOTLINE_SMTP_PASSWORD 10001
yours HOTLINE_PAGES_CLIENT_SECRET 10001
