#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes .venv with the Python packages of scripts/requirements.txt, anew when that file changed.
set -eu
cd "$(dirname "$0")/.."
stamp=.venv/.requirements
if [ -f "$stamp" ] && cmp -s "$stamp" scripts/requirements.txt; then exit 0; fi
python3 -m venv .venv
.venv/bin/pip install -q -r scripts/requirements.txt
cp scripts/requirements.txt "$stamp"
