#!/bin/sh
# The Debian packages that the tests need beside Python: the malware scanner, without its 200 MB of signatures, which
# the tests replace by one of their own. Does nothing where it is installed already.
set -eu
[ -x /usr/sbin/clamd ] && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends clamav-daemon
