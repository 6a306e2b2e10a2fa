// The torsions of a parameter file line by line, also where no engine would take them: what an audit looks at.

import Chemistry
import FoundationEssentials
import TextFiles

/// A definition of a torsion as a file has it.
struct PlacedTorsion {
  /// The torsion type; in SMIRNOFF that of the id where it names one, else the SMIRKS.
  var type: TorsionType
  /// What the format looks a torsion up by, in the file's direction: types, classes, a label or a SMIRKS.
  var key: [String]
  var terms: [PlacedTerm] = []
  /// From 1.
  var line: Int
  /// Whether its terms come from a function that knows neither phases nor terms of no amplitude (Ryckaert-Bellemans).
  var isSeries = false
  /// Whether its last line says that another follows (AMBER).
  var isOpen = false
  /// Whether a line for the label in the other direction follows (LAMMPS).
  var isSaidBothWays = false
}

extension PlacedTorsion {
  /// Whether one of the two atoms of the bond may be any.
  var hasCentralWildcard: Bool { type.types[1...2].contains(TorsionType.wildcard) }
  /// Whether one of the ends may be any and the other may not.
  var hasOneSidedWildcard: Bool {
    (type.types[0] == TorsionType.wildcard) != (type.types[3] == TorsionType.wildcard)
  }
}

/// A term and its line.
struct PlacedTerm {
  var term: TorsionTerm
  /// From 1.
  var line: Int
}
