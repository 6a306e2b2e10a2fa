// Tinker's keywords that set how terms are computed, and those that ask for energy Swivel does not have.

import Chemistry
import TextFiles

/// Settings with Tinker's defaults (initprm.f of its sources; manual, "Keywords").
struct TinkerSettings {
  var bondUnit = 1.0
  /// Per square degree.
  var angleUnit = Units.degree * Units.degree
  var ureyUnit = 1.0
  var torsionUnit = 1.0
  var improperTorsionUnit = 1.0
  var improperUnit = 1.0
  var isIndexedByType = false
  var isSigma = false
  var isDiameter = false
  var rule = CombinationRule.lorentzBerthelot
  var lennardJonesOneFour = 1.0
  var coulombOneFour = 1.0
  /// kcal/mol·Å/e²; Tinker 8's own constant unless a file says another.
  var electric = 332.063_713
  var dielectric = 1.0
  /// Terms switched off, such as "OPBEND".
  var off: Set<String> = []

  // What has no energy of its own while it is zero.
  private static let zero: Set = [
    "BOND-CUBIC", "BOND-QUARTIC", "ANGLE-CUBIC", "ANGLE-QUARTIC", "ANGLE-PENTIC", "ANGLE-SEXTIC",
    "UREY-CUBIC", "UREY-QUARTIC", "CHG-BUFFER", "VDW-12-SCALE", "VDW-13-SCALE", "CHG-12-SCALE",
    "CHG-13-SCALE",
  ]
  // Any use of these in a .key changes the energy of a molecule in vacuum, or makes it periodic. Tinker looks for them
  // there alone (keyline of its sources): in a .prm they are prose, such as "group of Prof. Karl F. Freed" in
  // oplsaal.prm.
  private static let refused: Set = [
    "A-AXIS", "B-AXIS", "C-AXIS", "X-AXIS", "EWALD", "CUTOFF", "VDW-CUTOFF", "CHG-CUTOFF", "CHARGE-CUTOFF",
    "ELE-CUTOFF", "LIGHTS", "ACTIVE", "INACTIVE", "ACTIVE-SPHERE", "GROUP", "GROUP-MOLECULE", "GROUP-INTER",
    "GROUP-INTRA",
    "GROUP-SELECT", "RESTRAIN-POSITION", "RESTRAIN-DISTANCE", "RESTRAIN-ANGLE", "RESTRAIN-TORSION",
    "RESTRAIN-GROUPS", "RESTRAIN-PLANE", "ENFORCE-CHIRALITY", "SPHERE", "BASIN", "WALL", "EXTERNAL-FIELD",
    "SOLVATE", "NEIGHBOR-GROUPS", "NEUTRAL-GROUPS", "LAMBDA", "VDW-LAMBDA", "ELE-LAMBDA", "LIGAND", "MUTATE",
    "PISYSTEM", "DEFORM",
  ]
  private static let terms: Set = [
    "BOND", "ANGLE", "UREY", "IMPROP", "IMPTORS", "IMPTOR", "TORSION", "VDW", "CHARGE",
  ]
  private static let foreignTerms: Set = ["RXNFIELD", "SOLVATE", "METAL", "EXTRA"]

  /// Takes a line in; false where it is no setting.
  /// - Parameters:
  ///   - line: the line.
  ///   - isKey: whether it stands in a .key, and not in a .prm.
  /// - Throws: ``InputError`` where its value cannot be read or asks for what Swivel does not have.
  mutating func read(_ line: TinkerLine, isKey: Bool) throws -> Bool {
    let keyword = line.keyword
    if try readNumber(line) { return true }
    switch keyword {
    case "VDWINDEX": isIndexedByType = try choice(line, ["CLASS", "TYPE"]) == 1
    case "RADIUSTYPE": isSigma = try choice(line, ["R-MIN", "SIGMA"]) == 1
    case "RADIUSSIZE": isDiameter = try choice(line, ["RADIUS", "DIAMETER"]) == 1
    case "RADIUSRULE":
      rule = try choice(line, ["ARITHMETIC", "GEOMETRIC"]) == 1 ? .geometric : .lorentzBerthelot
    case "EPSILONRULE": _ = try choice(line, ["GEOMETRIC"])
    case "VDWTYPE": _ = try choice(line, ["LENNARD-JONES"])
    case "BONDTYPE": _ = try choice(line, ["HARMONIC"])
    case "FORCEFIELD":
      if line.fields.first?.uppercased().hasPrefix("MMFF") == true {
        throw InputError(line.place, "MMFF94 has terms of its own, which are not supported")
      }
    case _ where Self.zero.contains(keyword):
      guard try line.number(0, "a number") == 0 else {
        throw InputError(
          line.place, "\(keyword.lowercased()) is not zero: terms of this kind are not supported",
          hint:
            "fit with a force field of harmonic bonds and angles, in which 1-2 and 1-3 pairs do not interact")
      }
    case "VDW-15-SCALE", "CHG-15-SCALE":
      guard try line.number(0, "a number") == 1 else {
        throw InputError(line.place, "\(keyword.lowercased()) is not 1: scaled 1-5 pairs are not supported")
      }
    case _ where Self.refused.contains(keyword) && isKey:
      throw InputError(
        line.place,
        """
        the keyword \(keyword.lowercased()) is not supported: Swivel computes the whole molecule in vacuum, \
        without a cut-off
        """,
        hint: "take the line out, or give a key file without it")
    case _ where keyword.hasSuffix("TERM") && keyword != "TERM": try readTerm(line)
    default: return false
    }
    return true
  }

  private mutating func readTerm(_ line: TinkerLine) throws {
    let name = String(line.keyword.dropLast(4))
    let value = line.fields.first?.uppercased()
    if Self.terms.contains(name) {
      guard value == nil else {
        throw InputError(
          line.place, "\(line.keyword.lowercased()) \(value ?? "") leaves terms out that Swivel computes")
      }
    } else if value == "NONE" {
      off.insert(name)
    } else if value == "ONLY" || Self.foreignTerms.contains(name) {
      throw InputError(line.place, "\(line.keyword.lowercased()) asks for energy that is not supported")
    }
  }

  private mutating func readNumber(_ line: TinkerLine) throws -> Bool {
    let path: WritableKeyPath<TinkerSettings, Double>
    switch line.keyword {
    case "BONDUNIT": path = \.bondUnit
    case "ANGLEUNIT": path = \.angleUnit
    case "UREYUNIT": path = \.ureyUnit
    case "TORSIONUNIT": path = \.torsionUnit
    case "IMPTORUNIT": path = \.improperTorsionUnit
    case "IMPROPUNIT": path = \.improperUnit
    case "VDW-14-SCALE": path = \.lennardJonesOneFour
    case "CHG-14-SCALE": path = \.coulombOneFour
    case "ELECTRIC": path = \.electric
    case "DIELECTRIC": path = \.dielectric
    default: return false
    }
    var value = try line.number(0, "a number")
    guard value >= 0, value > 0 || line.keyword.hasSuffix("SCALE") else {
      throw InputError(line.place, "\(line.keyword.lowercased()) \(value): a positive number was expected")
    }
    // Tinker takes a scale above one for its inverse.
    if line.keyword.hasSuffix("SCALE"), value > 1 { value = 1 / value }
    self[keyPath: path] = value
    return true
  }

  private func choice(_ line: TinkerLine, _ words: [String]) throws -> Int {
    guard let word = line.fields.first?.uppercased(), let index = words.firstIndex(of: word) else {
      throw InputError(
        line.place,
        """
        \(line.keyword.lowercased()) \(line.fields.first ?? "") is not supported: \
        \(words.joined(separator: " or ")) was expected
        """
      )
    }
    return index
  }
}

/// Terms that Swivel does not have: how many atoms their lines name, which ring they need, the keyword that switches
/// them off, and whether atoms are named by type.
let tinkerForeignTerms: [String: (atoms: Int, ring: Int?, term: String, byType: Bool)] = [
  "BOND5": (2, 5, "BOND", false), "BOND4": (2, 4, "BOND", false), "BOND3": (2, 3, "BOND", false),
  "ANGLE5": (3, 5, "ANGLE", false), "ANGLE4": (3, 4, "ANGLE", false), "ANGLE3": (3, 3, "ANGLE", false),
  "TORSION5": (4, 5, "TORSION", false), "TORSION4": (4, 4, "TORSION", false),
  "ANGLEF": (3, nil, "ANGLE", false), "ANGLEP": (3, nil, "ANGLE", false), "STRBND": (3, nil, "STRBND", false),
  "ANGANG": (1, nil, "ANGANG", false), "OPBEND": (2, nil, "OPBEND", false),
  "OPDIST": (4, nil, "OPDIST", false),
  "PITORS": (2, nil, "PITORS", false), "STRTORS": (4, nil, "STRTOR", false),
  "ANGTORS": (4, nil, "ANGTOR", false), "TORTORS": (5, nil, "TORTOR", false),
  "ELECTNEG": (3, nil, "ELECTNEG", false), "DIPOLE": (2, nil, "DIPOLE", true),
  "DIPOLE5": (2, 5, "DIPOLE", true), "DIPOLE4": (2, 4, "DIPOLE", true), "DIPOLE3": (2, 3, "DIPOLE", true),
  "MULTIPOLE": (1, nil, "MPOLE", true), "POLARIZE": (1, nil, "POLARIZE", true),
  "CHGPEN": (1, nil, "CHGPEN", false), "DISPERSION": (1, nil, "DISPERSION", false),
  "REPULSION": (1, nil, "REPULSION", false), "CHGTRN": (1, nil, "CHGTRN", false),
  "BNDCFLUX": (2, nil, "CHGFLX", false), "ANGCFLUX": (3, nil, "CHGFLX", false),
]
