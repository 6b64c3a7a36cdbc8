#!/bin/sh
# What the project uses from Debian, beside Python: run once, as root, before `make test` or `make faults`.
set -eu
apt-get update
# libfaketime: wrong clocks in tests/faults
apt-get install --yes --no-install-recommends libfaketime
