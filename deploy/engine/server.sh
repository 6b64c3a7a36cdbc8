#!/bin/sh
# The server takes its password from the environment alone; here it comes out of a file.
set -eu
POSTGRES_PWD="$(cat /run/secrets/engine_password)"
export POSTGRES_PWD
exec temporal-server start
