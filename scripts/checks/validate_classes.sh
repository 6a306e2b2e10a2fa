#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs init and fit on every class of a third-party data set, where it lies beside the repository.
set -eu
cd "$(dirname "$0")/../.."
swivel=$PWD/.build/release/swivel
data=../shared/data/openff-td.tar.xz
[ -f "$data" ] || { echo "$data is not here: the classes were not run" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xf "$data" -C "$work"
for folder in "$work"/openff-td/*/; do
  name=$(basename "$folder")
  "$swivel" init "$folder" --quiet
  "$swivel" fit "$folder" --quiet --output "$work/reports/$name" --forcefields "$work/forcefields/$name" || {
    echo "$name failed"; exit 1; }
  python3 - "$work/reports/$name/summary.json" "$name" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))
print(f"{sys.argv[2]:16s} {len(s['parameters']):4d} force constants, relaxed error {s['rmse_base']:.2f} -> {s['rmse_fit']:.2f} kcal/mol, "
      f"max R-hat {s['diagnostics']['max_rhat']:.4f}, min ESS {s['diagnostics']['min_ess_bulk']:.0f}")
PY
done
