# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of scripts/families/build_family.py: molecules, xtb, AmberTools, relaxed scans, files."""
