// GROMACS topologies made up for the tests: one with every kind of line, N-methylacetamide in GROMACS's force fields.

import Chemistry
import Foundation
import Mechanics
import Support
import TextFiles

@testable import ForceFieldFiles

enum GromacsSamples {
  private static func fixture(_ name: String) -> String {
    (try? readText("\(Folders.root)/Tests/Fixtures/gromacs/\(name)")) ?? ""
  }

  /// Parameters of made-up types.
  static let rules = fixture("rules.itp")

  /// A made-up molecule with every kind of line that Swivel reads.
  static let mixed = fixture("mixed.top")

  /// A geometry of it, Å.
  static let mixedCoordinates = [
    Vector3(0.0246, 0.0484, 0.0590),
    Vector3(1.2885, 0.9480, 0.1845),
    Vector3(2.4058, 0.0931, 0.3887),
    Vector3(3.7298, 1.0802, -0.0774),
    Vector3(1.1938, 1.6493, 0.9088),
    Vector3(4.5148, 0.4026, 0.5433),
    Vector3(-0.8441, 0.6833, 0.3531),
    Vector3(3.8319, 1.7594, -0.8722),
  ]

  /// The same under combination rule 1 (C6 and C12) with two excluded bonds, or under rule 3 without generated pairs and
  /// with four.
  static func files(rule: Int) -> (rules: String, top: String) {
    func replaced(_ text: String, _ changes: [(String, String)]) -> String {
      changes.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
    switch rule {
    case 1:
      return (
        replaced(
          rules,
          [
            ("1 2 yes 0.5 0.8333", "1 1 yes 0.125 0.5"), (" A 0.34 0.36", " A 2.2e-3 4.8e-6"),
            (" A 3.3e-1 0.45", " A 1.1e-3 2.5e-6"), (" A 0.35 0.25", " A 3.1e-3 3.3e-6"),
            (" A 0.25 0.08", " A 1.0e-5 1.2e-8"), ("HA CC 1 0.29 0.2", "HA CC 1 2e-4 3e-7"),
            ("HA HA 1 0.21 0.03", "HA HA 1 2e-5 3e-9"), ("CA CC 1 0.31 0.11", "CA CC 1 2e-3 2e-6"),
          ]),
        replaced(
          mixed,
          [
            ("2 6 1 0.3 0.2", "2 6 1 5e-4 3e-7"), ("-0.2 0.3 0.2", "-0.2 2e-4 1e-7"),
            ("0.2 0.28 0.1", "0.2 1e-4 3e-7"), ("odd 3\n", "odd 2\n"),
          ])
      )
    case 3:
      return (
        replaced(
          rules,
          [
            ("1 2 yes 0.5 0.8333", "1 3 no 0.5 0.5"),
            ("CA CC 1 0.31 0.11", "CA CC 1 0.31 0.11\nHA CC 1 0.2 0.1"),
          ]), replaced(mixed, [("odd 3\n", "odd 4\n")])
      )
    default: return (rules, mixed)
    }
  }

  /// Reads a text as a topology, its include beside it.
  static func read(_ top: String, rules: String = rules) throws -> Topology {
    try Folders.temporary { folder in
      try Folders.write(rules, to: "\(folder)/rules.itp")
      try Folders.write(top, to: "\(folder)/x.top")
      return try readTopology("\(folder)/x.top").topology
    }
  }

  /// N-methylacetamide in one of GROMACS's own force fields, every parameter by type; nil where they are not installed.
  static func amide(_ forceField: String) throws -> Topology? {
    guard FileManager.default.fileExists(atPath: "/usr/share/gromacs/top/\(forceField).ff/forcefield.itp")
    else {
      print("GROMACS's \(forceField) is not installed: this test checks nothing")
      return nil
    }
    return try read(amideText(forceField))
  }

  static func amideText(_ forceField: String) -> String {
    let bonds = [(0, 1), (1, 2), (1, 3), (3, 4), (0, 5), (0, 6), (0, 7), (3, 8), (4, 9), (4, 10), (4, 11)]
    let graph = BondGraph(atomCount: 12, bonds: bonds.map { BondIndex($0.0, $0.1) })
    let (types, charges, angle, torsion, extra): (String, String, Int, Int, String)
    switch forceField {
    case "oplsaa":
      types =
        "opls_135 opls_235 opls_236 opls_238 opls_242 opls_140 opls_140 opls_140 opls_241 opls_140 opls_140 opls_140"
      charges = "-0.18 0.5 -0.5 -0.5 0.02 0.06 0.06 0.06 0.3 0.06 0.06 0.06"
      (angle, torsion) = (1, 3)
      extra = "1 4 2 3 1 improper_O_C_X_Y\n2 5 4 9 1 improper_Z_N_X_Y\n"
    case "charmm27":
      types = "CT3 C O NH1 CT3 HA HA HA H HA HA HA"
      charges = "-0.27 0.51 -0.51 -0.47 -0.11 0.09 0.09 0.09 0.31 0.09 0.09 0.09"
      (angle, torsion) = (5, 9)
      extra = "2 1 4 3 2\n4 2 5 9 2\n"
    default:
      types = "CT C O N CT HC HC HC H H1 H1 H1"
      charges = "-0.3662 0.5972 -0.5679 -0.4157 -0.149 0.1123 0.1123 0.1123 0.2719 0.0976 0.0976 0.0976"
      (angle, torsion) = (1, 9)
      extra = "1 4 2 3 4\n2 5 4 9 4\n6 1 2 4 9 torsion_LEU_C_CA_CB_CG_mult2\n"
    }
    var text = "#include \"\(forceField).ff/forcefield.itp\"\n[ moleculetype ]\namide 3\n[ atoms ]\n"
    for (i, (type, charge)) in zip(types.split(separator: " "), charges.split(separator: " ")).enumerated() {
      text += "\(i + 1) \(type) 1 NMA A\(i) 1 \(charge)\n"
    }
    text += "[ bonds ]\n" + bonds.map { "\($0.0 + 1) \($0.1 + 1) 1\n" }.joined()
    text += "[ pairs ]\n"
    for pair in graph.nearPairs.oneFour.sorted() { text += "\(pair.a + 1) \(pair.b + 1) 1\n" }
    text += "[ angles ]\n"
    for (j, around) in graph.neighbours.enumerated() {
      for i in around {
        for k in around where i < k { text += "\(i + 1) \(j + 1) \(k + 1) \(angle)\n" }
      }
    }
    text += "[ dihedrals ]\n"
    for bond in graph.bonds {
      for q in graph.quartets(about: bond) {
        text += q.atoms.map { "\($0 + 1) " }.joined() + "\(torsion)\n"
      }
    }
    return text + extra + "[ system ]\namide\n[ molecules ]\namide 1\n"
  }

  /// A geometry of N-methylacetamide, Å.
  static let amideCoordinates = [
    Vector3(1.8885, 0.0002, -0.0259),
    Vector3(0.4893, -0.1438, 0.5382),
    Vector3(0.2561, -0.3963, 1.6992),
    Vector3(-0.4887, 0.0585, -0.3814),
    Vector3(-1.8638, 0.2822, -0.0050),
    Vector3(2.6098, -0.3340, 0.7137),
    Vector3(2.0761, 1.0477, -0.2540),
    Vector3(2.0035, -0.5844, -0.9357),
    Vector3(-0.2238, 0.3272, -1.3162),
    Vector3(-2.1430, 1.3303, -0.1378),
    Vector3(-1.9595, 0.0146, 1.0460),
    Vector3(-2.5301, -0.3444, -0.5997),
  ]
}

extension EnergyTerms {
  /// Bond, angle, all dihedrals, Lennard-Jones, Coulomb, as GROMACS's terms are summed.
  var byEngine: [Double] { [bond, angle, torsion + improper, lennardJones, coulomb] }
}
