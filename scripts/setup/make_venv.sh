#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes .venv with the Python packages of scripts/setup/requirements.txt and of the further lists given, anew when one changed.
set -eu
cd "$(dirname "$0")/../.."
for list in scripts/setup/requirements.txt "$@"; do
  stamp=.venv/.$(basename "$list" .txt)
  if [ -f "$stamp" ] && cmp -s "$stamp" "$list"; then continue; fi
  python3 -m venv .venv
  .venv/bin/pip install -q -r "$list"
  cp "$list" "$stamp"
done
