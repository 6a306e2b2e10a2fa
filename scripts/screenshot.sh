#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A picture of the top of a page: screenshot.sh PAGE PICTURE [WIDTH HEIGHT].
set -eu
page=$(realpath "$1")
exec chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb \
  --window-size="${3:-1300},${4:-1500}" --screenshot="$(realpath -m "$2")" "file://$page" 2>/dev/null
