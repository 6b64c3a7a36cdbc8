#!/bin/sh
# The Debian packages that the tests need beside Python. `make` calls it; it does nothing where they are installed.
# clamav-daemon: the malware scanner, without its 200 MB of signatures, which the tests replace by one of their own.
# chromium: drives the pages in tests/pages.
# libfaketime: wrong clocks in tests/faults.
set -eu
[ -x /usr/sbin/clamd ] && [ -x /usr/bin/chromium ] && ls /usr/lib/*/faketime/libfaketimeMT.so.1 > /dev/null 2>&1 && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends chromium clamav-daemon libfaketime
