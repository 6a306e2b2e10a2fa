// SMIRKS of four atoms in a row, and which of two is the more general.

/// A SMIRKS of four tagged atoms in a row, cut into atoms and bonds.
struct LinearPattern: Hashable {
  /// Four, without brackets and tags.
  let atoms: [String]
  /// Three.
  let bonds: [String]

  /// Cuts a SMIRKS; nil where it has other atoms beside the four, or the tags are not in order.
  init?(_ smirks: String) {
    var atoms: [String] = []
    var bonds: [String] = []
    var depth = 0
    var word = ""
    for character in smirks {
      if character == "[" {
        if depth == 0 {
          if atoms.isEmpty ? !word.isEmpty : word.isEmpty { return nil }
          if !atoms.isEmpty { bonds.append(word) }
          word = ""
        } else {
          word.append(character)
        }
        depth += 1
      } else if character == "]" {
        depth -= 1
        if depth == 0 {
          guard word.hasSuffix(":\(atoms.count + 1)") else { return nil }
          atoms.append(String(word.dropLast(2)))
          word = ""
        } else {
          word.append(character)
        }
      } else {
        word.append(character)
      }
    }
    guard depth == 0, word.isEmpty, atoms.count == 4, bonds.count == 3,
      !bonds.contains(where: { $0.contains("(") || $0.contains(")") })
    else { return nil }
    self.atoms = atoms
    self.bonds = bonds
  }

  /// Whether all that another pattern matches is matched by this one, as far as the texts show: each atom is any or the
  /// same, each bond is any or the same, in one of the directions.
  func covers(_ other: LinearPattern) -> Bool {
    func fits(_ mine: [String], _ theirs: [String], any: String) -> Bool {
      zip(mine, theirs).allSatisfy { $0 == any || $0 == $1 }
    }
    return fits(atoms, other.atoms, any: "*") && fits(bonds, other.bonds, any: "~")
      || fits(atoms.reversed(), other.atoms, any: "*") && fits(bonds.reversed(), other.bonds, any: "~")
  }
}
