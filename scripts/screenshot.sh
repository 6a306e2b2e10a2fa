#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A picture of a page, from its top or from a place on it: screenshot.sh PAGE[#PLACE] PICTURE [WIDTH HEIGHT].
set -eu
page=$(realpath "${1%%#*}"); case $1 in *#*) page="$page#${1#*#}";; esac
exec chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-prefers-reduced-motion --force-color-profile=srgb \
  --window-size="${3:-1300},${4:-1500}" --screenshot="$(realpath -m "$2")" "file://$page" 2>/dev/null
