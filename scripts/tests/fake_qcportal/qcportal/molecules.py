# SPDX-License-Identifier: GPL-3.0-or-later
"""A molecule as it is sent."""
Molecule = dict
