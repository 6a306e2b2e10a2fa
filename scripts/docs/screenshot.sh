#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A picture of a page from its top: screenshot.sh PAGE PICTURE [WIDTH HEIGHT].
set -eu
exec chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb \
  --window-size="${3:-1300},${4:-1500}" --screenshot="$(realpath -m "$2")" "file://$(realpath "$1")" 2>/dev/null
