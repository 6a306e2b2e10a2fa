// Energy that Swivel does not compute, and why a torsion fitted beside it would be wrong: one wording for every format.

import TextFiles

/// A kind of energy that some force fields have and Swivel does not compute.
enum UnsupportedEnergy {
  /// CMAP: a grid of energies over two dihedrals.
  case crossTerms
  /// Charges or Lennard-Jones spheres that are no atoms.
  case virtualSites
  /// Drude particles, shells, induced dipoles.
  case polarisation
  /// Permanent multipoles.
  case multipoles

  /// What it is and why it is refused.
  var reason: String {
    switch self {
    case .crossTerms:
      """
      CMAP cross terms are not supported: they hold energy of the same dihedrals, which torsions fitted \
      without them would take up
      """
    case .virtualSites:
      "virtual sites and lone pairs are not supported: Swivel computes charges and Lennard-Jones at atoms alone"
    case .polarisation:
      "polarisation (Drude particles, shells, induced dipoles) is not supported: Swivel's charges are fixed"
    case .multipoles:
      "multipoles are not supported, as AMOEBA has them: Swivel computes point charges at atoms"
    }
  }

  /// What the user can do.
  var hint: String {
    switch self {
    case .crossTerms:
      """
      fit a molecule that has none, such as a fragment without the peptide backbone; the terms then go to \
      the same types
      """
    case .virtualSites:
      """
      fit molecules that have none: CGenFF and OPLS put sites on aryl halides, such as chlorobenzene, and \
      water models have some
      """
    case .polarisation, .multipoles:
      "fit under a force field of fixed charges at atoms, such as GAFF, CHARMM's additive one, OPLS-AA or OpenFF Sage"
    }
  }

  /// The refusal.
  /// - Parameter what: what the file has, such as "[ cmap ]".
  func error(_ place: SourcePlace?, _ what: String) -> InputError {
    InputError(place, "\(what): \(reason)", hint: hint)
  }
}
