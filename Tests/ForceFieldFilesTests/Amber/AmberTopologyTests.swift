// AMBER topologies against sander's own energies, and damaged ones.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct AmberTopologyTests {
  static let butane = "\(Folders.root)/families/alkanes/molecules/butane.prmtop"

  private struct Reference: Decodable {
    struct Sander: Decodable {
      var total: Double, bond: Double, angle: Double, dihed: Double, lj: Double, coul: Double
    }
    var sander: Sander
  }

  /// Not part of the repository: energies and forces by sander of molecules whose files are others'.
  static let truth = Folders.shared("mm-truth")

  @Test(
    .enabled(
      if: truth != nil,
      "../shared/data/mm-truth is not beside the repository; energiesEqualOpenMM needs nothing"))
  func energiesEqualSander() throws {
    let folder = try #require(Self.truth)
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/energies.json"))
    let all = try JSONDecoder().decode([String: Reference].self, from: data)
    #expect(all.count == 9)
    for (key, reference) in all {
      let parts = key.split(separator: "/")
      let base = "\(folder)/\(parts[0])/\(parts[0])"
      let topology = try readAmberTopology("\(base).prmtop")
      let model = EnergyModel(topology)
      let lines = try readText("\(base).\(parts[1]).xyz").split(separator: "\n").dropFirst(2)
      let coordinates = lines.map { line -> Vector3 in
        let v = line.split(separator: " ").dropFirst().map { Double($0)! }
        return Vector3(v[0], v[1], v[2])
      }
      let (energy, forces) = model.energyAndForces(of: coordinates)
      let s = reference.sander
      for (ours, theirs) in [
        (energy.bond, s.bond), (energy.angle, s.angle), (energy.torsion + energy.improper, s.dihed),
        (energy.lennardJones, s.lj), (energy.coulomb, s.coul), (energy.total, s.total),
      ] {
        // The issue's bound: 1e-5 relative, here with the files' coordinates of six decimals.
        #expect(abs(ours - theirs) < 1e-5 * max(1, abs(theirs)), "\(key)")
      }
      let rows = try readText("\(base).\(parts[1]).sander_forces.dat").split(separator: "\n")
      for (force, row) in zip(forces, rows) {
        let v = row.split(separator: " ").map { Double($0)! }
        #expect((force - Vector3(v[0], v[1], v[2])).norm < 1e-4 * max(1, force.norm), "\(key)")
      }
    }
  }

  private struct ByOpenMM: Decodable {
    struct Frame: Decodable {
      var frame: Int
      var bond: Double, angle: Double, torsion: Double, lennardJones: Double, coulomb: Double
    }
    var scan: String
    var frames: [Frame]
  }

  /// OpenMM's energies, by Tests/Fixtures/amber/make.py: of every kind of term, for five kinds of molecules.
  @Test func energiesEqualOpenMM() throws {
    let data = try Data(
      contentsOf: URL(fileURLWithPath: "\(Folders.root)/Tests/Fixtures/amber/energies.json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let all = try decoder.decode([String: ByOpenMM].self, from: data)
    #expect(all.count == 5 && all.values.allSatisfy { $0.frames.count == 3 })
    for (name, reference) in all {
      let parts = name.split(separator: "/")
      let topology = try readAmberTopology(
        "\(Folders.root)/families/\(parts[0])/molecules/\(parts[1]).prmtop")
      let model = EnergyModel(topology)
      let lines = try readText("\(Folders.root)/\(reference.scan)").split(separator: "\n")
      let count = topology.atoms.count
      // OpenMM's Coulomb constant is not AMBER's.
      let coulomb = 332.06371 / topology.coulombConstant
      for frame in reference.frames {
        let coordinates = lines.dropFirst(frame.frame * (count + 2) + 2).prefix(count).map {
          line -> Vector3 in
          let v = line.split(separator: " ").dropFirst().prefix(3).map { Double($0)! }
          return Vector3(v[0], v[1], v[2])
        }
        let energy = model.energyAndForces(of: coordinates).energy
        for (ours, theirs) in [
          (energy.bond, frame.bond), (energy.angle, frame.angle),
          (energy.torsion + energy.improper, frame.torsion), (energy.lennardJones, frame.lennardJones),
          (energy.coulomb * coulomb, frame.coulomb),
        ] {
          #expect(abs(ours - theirs) < 1e-5 * max(1, abs(theirs)), "\(name) frame \(frame.frame)")
        }
      }
    }
  }

  @Test func shippedTopologiesAreNeutralMolecules() throws {
    let files = FileManager.default
    for family in try files.contentsOfDirectory(atPath: "\(Folders.root)/families") {
      let folder = "\(Folders.root)/families/\(family)/molecules"
      for name in try files.contentsOfDirectory(atPath: folder) where name.hasSuffix(".prmtop") {
        let topology = try readAmberTopology("\(folder)/\(name)")
        #expect(abs(topology.atoms.reduce(0) { $0 + $1.charge }) < 1e-4, "\(name)")
        #expect(topology.bondGraph.bonds.count == topology.bonds.count && !topology.torsions.isEmpty)
        #expect(topology.oneFourScalings == [OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)])
      }
    }
  }

  @Test(arguments: [
    ("%FLAG CHARGE", "%FLAG CHURGE", "no section %FLAG CHARGE"),
    (
      "%FLAG TITLE", "%FLAG CMAP_COUNT\n%FORMAT(2I8)\n       1       1\n%FLAG TITLE",
      "torsions fitted without them"
    ),
    ("%FLAG TITLE", "%FLAG LENNARD_JONES_CCOEF\n%FORMAT(5E16.8)\n  1.00000000E+00\n%FLAG TITLE", "12-6-4"),
    ("       1       2       2       3", "       1      -1      -1       3", "HBOND_ACOEF has 0"),
    ("%FORMAT(5E16.8)", "%FORMAT(oops)", "no format"), ("%FLAG MASS", "%FLAG CHARGE", "second time"),
  ])
  func damagedTopologies(_ change: (from: String, to: String, word: String)) throws {
    let text = try readText(Self.butane)
    let range = try #require(text.range(of: change.from))
    let damaged = text.replacingCharacters(in: range, with: change.to)
    let error = #expect(throws: InputError.self) { try amberTopology(damaged, file: "x.prmtop") }
    #expect(error?.message.contains(change.word) == true, "\(error?.message ?? "")")
  }

  /// Butane's prmtop with its last C-H bond given twice in place of the one before: a hydrogen stands alone.
  private static func withoutABond(_ lines: [String]) throws -> [String] {
    var result = lines
    let at = try #require(lines.firstIndex { $0.hasPrefix("%FLAG BONDS_INC_HYDROGEN") }) + 2
    let row = lines[at]
    result[at] = String(row.dropFirst(24).prefix(24)) + row.dropFirst(24)
    return result
  }

  @Test func periodicBoxesAndBadNumbersAreRefused() throws {
    var lines = try readText(Self.butane).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    let pointers = try #require(lines.firstIndex { $0.hasPrefix("%FLAG POINTERS") }) + 2
    let row = lines[pointers + 2]
    let start = row.index(row.startIndex, offsetBy: 7 * 8)
    lines[pointers + 2] = row.replacingCharacters(in: start..<row.index(start, offsetBy: 8), with: "       1")
    // One molecule in a box, as Interchange writes it, is the same in vacuum.
    #expect(try amberTopology(lines.joined(separator: "\n"), file: "x") == readAmberTopology(Self.butane))
    lines = try Self.withoutABond(lines)
    let box = #expect(throws: InputError.self) { try amberTopology(lines.joined(separator: "\n"), file: "x") }
    #expect(box?.message.contains("IFBOX") == true && box?.message.contains("2 molecules") == true)
    var text = try readText(Self.butane)
    let charges = try #require(text.range(of: "%FLAG CHARGE"))
    let first = try #require(text.range(of: "E+0", range: charges.upperBound..<text.endIndex))
    text.replaceSubrange(first, with: "NaN")
    let bad = #expect(throws: InputError.self) { try amberTopology(text, file: "x") }
    #expect(bad?.place?.line != nil && bad?.place?.column != nil)
  }

  @Test func truncationsAndNoiseNeverTrap() throws {
    let bytes = Array(try readText(Self.butane).utf8)
    var random = SeededGenerator(seed: 11)
    for round in 0..<300 {
      var damaged = bytes
      if round % 2 == 0 { damaged.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
      for _ in 0..<(round % 7) where !damaged.isEmpty {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
          in: 32..<127, using: &random)
      }
      do {
        let topology = try amberTopology(String(decoding: damaged, as: UTF8.self), file: "x")
        #expect(topology.atoms.allSatisfy { $0.charge.isFinite })
      } catch is InputError {}
    }
  }

  /// Blanks behind the numbers of a line, as editors and Fortran's fixed records leave them, are no values: of POINTERS
  /// those of the second line and the third would stand elsewhere.
  @Test(arguments: ["  ", "        ", String(repeating: " ", count: 40)])
  func blanksBehindNumbersAreNone(_ blanks: String) throws {
    let text = try readText(Self.butane)
    let padded = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + blanks }.joined(
      separator: "\n")
    #expect(try amberTopology(padded, file: "x") == readAmberTopology(Self.butane))
    // What stands behind the thirtieth pointer counts: atoms that are no atoms, and polarisable ones.
    let extra = #expect(throws: InputError.self) {
      try amberTopology(try AmberMustFailTests.Change("POINTERS", 30, "1", "").applied(to: padded), file: "x")
    }
    #expect(extra?.message.contains("NUMEXTRA") == true, "\(extra?.description ?? "")")
    try Folders.temporary { folder in
      let path = "\(folder)/x.prmtop"
      let type = TorsionType("c3", "c3", "c3", "c3")
      let parameters = TorsionParameters([
        type: (1...6).map { TorsionTerm(periodicity: $0, phase: 0, forceConstant: 0.3) }
      ])
      func applied(_ text: String) throws -> Topology {
        try Folders.write(text, to: path)
        let files = try ApplicableTopology(path).applying(parameters).files
        return try amberTopology(String(decoding: files[0].bytes, as: UTF8.self), file: "x")
      }
      let plain = try applied(text)
      #expect(try applied(padded) == plain)
    }
  }
}
