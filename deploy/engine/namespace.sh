#!/bin/sh
# The namespace keeps closed cases for five years, like the embedded engine's.
set -eu
temporal operator namespace describe -n hotline || temporal operator namespace create -n hotline --retention 1825d
