// Force fields of a form that Swivel does not fit, told by what their files hold.

/// A form of force field that Swivel does not fit.
public enum ForeignForceField: String, CaseIterable, Sendable {
  /// Polarisable multipoles (Tinker, OpenMM).
  case amoeba = "AMOEBA"
  /// Polarisable by Drude particles (CHARMM, OpenMM).
  case drude = "Drude"
  /// Bond orders and reactions (LAMMPS, ADF).
  case reaxFF = "ReaxFF"
  /// United atoms, torsions by numbered codes (GROMOS, ATB).
  case gromos = "GROMOS"

  /// Why its torsions are not fitted.
  public var reason: String {
    switch self {
    case .amoeba: "multipoles and induced dipoles, which Swivel does not compute"
    case .drude: "Drude particles, whose positions follow the electric field; Swivel does not compute them"
    case .reaxFF: "bond orders in place of bonds and torsion types"
    case .gromos: "torsions by numbered codes and bonds of fourth order"
    }
  }

  /// The form of a file; nil where it is none of these.
  /// - Parameter text: what the file holds, or its first part.
  public init?(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline).prefix(20_000)
    var firsts: Set<String> = []
    for line in lines {
      let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
      guard let first = words.first else { continue }
      firsts.insert(first.lowercased())
      if first.lowercased() == "#define", words.count > 1, words[1].hasPrefix("gd_") { firsts.insert("#gd") }
      if first.lowercased() == "read", words.count > 1, words[1].uppercased() == "DRUDE" {
        firsts.insert("drude")
      }
      if first.lowercased() == "autogenerate" || first.lowercased() == "auto",
        line.lowercased().contains("drude")
      {
        firsts.insert("drude")
      }
    }
    if firsts.contains("multipole") || firsts.contains("polarize") || text.contains("<AmoebaMultipoleForce") {
      self = .amoeba
    } else if text.contains("<DrudeForce") || firsts.contains("drude") {
      self = .drude
    } else if lines.count > 3, lines.dropFirst().first?.lowercased().contains("general parameters") == true {
      self = .reaxFF
    } else if firsts.contains("#gd") || firsts.contains("bondstretchtypecode")
      || firsts.contains("torsdihedraltypecode")
    {
      self = .gromos
    } else {
      return nil
    }
  }
}
