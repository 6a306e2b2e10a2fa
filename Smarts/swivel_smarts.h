// A C face on the little of RDKit that Swivel uses: SMARTS on molecules with bond orders.
#ifndef SWIVEL_SMARTS_H
#define SWIVEL_SMARTS_H

#ifdef __cplusplus
extern "C" {
#endif

enum { SWIVEL_SMILES = 0, SWIVEL_SDF = 1, SWIVEL_MOL2 = 2 };

/// Matches of a SMARTS of four tagged atoms (:1 … :4) in a molecule, as atoms of a topology.
///
/// `structure` is the text of a SMILES, SDF or MOL2 (`kind`); it must be the same molecule as the topology's graph of
/// `atom_count` atomic numbers and `bond_count` pairs of atoms, hydrogens included, in any order of atoms.
/// `matches` receives four atoms a match, at most `capacity` matches; the number of all matches is returned, or −1 with
/// a reason in `error`.
int swivel_smarts_matches(const char *structure, int kind, int atom_count, const int *elements, int bond_count,
                          const int *bonds, const char *smarts, int *matches, int capacity, char *error,
                          int error_capacity);

/// The SMILES of a structure with every atom of the topology numbered from 1, hydrogens included.
///
/// The structure as above. Writes it with a terminating zero where it fits in `capacity`; returns its length, or −1 with a
/// reason in `error`.
int swivel_mapped_smiles(const char *structure, int kind, int atom_count, const int *elements, int bond_count,
                         const int *bonds, char *smiles, int capacity, char *error, int error_capacity);

/// RDKit's version.
const char *swivel_rdkit_version(void);

#ifdef __cplusplus
}
#endif
#endif
