# SPDX-License-Identifier: GPL-3.0-or-later
"""Energies of whole molecules in AMBER, GROMACS and OpenMM with torsions that Swivel exported."""
