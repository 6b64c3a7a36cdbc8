#!/usr/bin/env bash
# The walk of portal.py in curl: API=http://127.0.0.1:8000 TOKEN=… examples/portal/walk.sh my-request-2 appeal.json screen.png
set -euo pipefail
request=$1 appeal=$2 file=$3
appeals=$API/v1/appeals
pause=${LOOK_AGAIN_SECONDS:-2}

# Sent again after a 429, a 503 or a lost connection, when Retry-After says so: the key makes that safe.
call() {
  curl --silent --show-error --fail-with-body --retry 10 --retry-connrefused \
    --header "Authorization: Bearer $TOKEN" --header "Accept-Language: en" "$@"
}

# field NAME: one field of the JSON on standard input.
field() {
  python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

number=$(call "$appeals" --header "Idempotency-Key: $request-open" \
  --header "Content-Type: application/json" --data "@$appeal" | field number)
echo "opened $number"

state=$(call "$appeals/$number/attachments" --header "Idempotency-Key: $request-file" \
  --form kind=screenshot --form "file=@$file" | field state)
echo "file $state"

until case=$(call "$appeals/$number"); [ "$(field result_ready <<<"$case")" = True ]; do
  if grep -q '"command":"ConfirmSolution"' <<<"$case"; then
    call "$appeals/$number/commands" --header "Idempotency-Key: $request-confirm" \
      --header "Content-Type: application/json" --data '{"type": "ConfirmSolution", "solved": true}' | field type
  fi
  sleep "$pause"
done

echo "result $(call "$appeals/$number/result" | field message)"
