#!/bin/sh
# Brings the engine's two databases to the schema of this version; can be run again.
set -eu
SQL_PASSWORD="$(cat /run/secrets/engine_password)"
export SQL_PASSWORD

for database in temporal:temporal temporal_visibility:visibility; do
  tool="temporal-sql-tool --plugin postgres12 --ep engine-db -p 5432 -u temporal --db ${database%%:*}"
  $tool create
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/${database##*:}/versioned"
done
