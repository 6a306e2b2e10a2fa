// Every scan format gives the numbers that the programs printed: hydrogen peroxide's scan, computed by
// scripts/tests/make_scan_fixtures.py, against reference.json beside it.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

/// The reference scan: PySCF's energies (hartree), gradients (hartree/bohr) and geometries (Å).
struct PeroxideReference: Decodable {
  struct Point: Decodable {
    var angle: Double
    var xyz: [[Double]]
    var energy: Double
    var gradient: [[Double]]
  }
  var symbols: [String]
  var points: [Point]

  static let folder = "\(Folders.root)/Tests/Fixtures/scans"

  static func load() throws -> PeroxideReference {
    try JSONDecoder().decode(
      PeroxideReference.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/reference.json")))
  }

  /// Hydrogen peroxide's atoms and bonds.
  static var topology: Topology {
    var topology = Topology(
      bondedAs: [Vector3(0, 0.98, 0), Vector3(0, 0, 0), Vector3(1.4, 0, 0), Vector3(1.4, 0.98, 0)],
      elements: ["H", "O", "O", "H"].compactMap { Element(symbol: $0) })
    topology.oneFourScalings = []
    return topology
  }
}

/// A file of the reference scan, with the digits that its format keeps.
struct FormatCase: CustomStringConvertible, Sendable {
  var file: String
  var format: String
  /// hartree.
  var energy = 1e-9
  /// Å.
  var position = 2e-6
  /// kcal/mol/Å; nil where the format has no forces.
  var force: Double?
  var level: String?
  var leftOut: [Int] = []
  var energyUnit: Units.Energy?
  var forceUnit: Units.Force?
  var description: String { file }

  static let all = [
    FormatCase(
      file: "scan.extxyz.gz", format: "extended XYZ", energy: 1e-11, force: 1e-6, level: "HF/STO-3G"),
    FormatCase(
      file: "ase.extxyz", format: "extended XYZ", position: 2e-8, force: 2e-6, energyUnit: .eV,
      forceUnit: .eVPerAngstrom),
    FormatCase(file: "ase.traj", format: "ASE trajectory", position: 1e-12, force: 1e-6),
    FormatCase(file: "ase-db.json", format: "ASE database", position: 1e-12, force: 1e-6),
    FormatCase(file: "crest_ensemble.xyz", format: "CREST ensemble", energy: 1e-8),
    FormatCase(file: "orca_trj.xyz", format: "ORCA trajectory", energy: 1e-11),
    FormatCase(
      file: "orca/peroxide.out", format: "ORCA output", energy: 1e-11, position: 1e-6, level: "HF/STO-3G"),
    FormatCase(file: "orca/peroxide.allxyz", format: "ORCA trajectory", energy: 1e-8, position: 1e-6),
    FormatCase(
      file: "orca/peroxide.relaxscanact.dat", format: "table of angles and energies", energy: 1e-8,
      position: 1e-6),
    FormatCase(
      file: "gaussian-relaxed.log", format: "Gaussian log", position: 1e-6, force: 1e-5, level: "HF/STO-3G",
      leftOut: [4]),
    FormatCase(file: "conformers.sdf", format: "SDF", energy: 1e-9, position: 6e-5),
    FormatCase(file: "models.pdb", format: "PDB", energy: 1e-9, position: 6e-4),
    FormatCase(
      file: "paramfit.mdcrd", format: "AMBER mdcrd", energy: 1e-9, position: 6e-4, energyUnit: .hartree),
    FormatCase(
      file: "qcportal-record.json", format: "QCPortal TorsiondriveRecord", energy: 1e-11, position: 1e-9,
      level: "hf/sto-3g"),
    FormatCase(file: "yammbs.json", format: "yammbs qm_torsions", energy: 1e-10, position: 1e-10),
    FormatCase(file: "spice.hdf5", format: "HDF5, SPICE's layout", energy: 1e-11, force: 1e-4),
  ]
}

@Suite struct FormatTests {
  private let reference: PeroxideReference
  init() throws { reference = try PeroxideReference.load() }

  @Test(arguments: FormatCase.all) func formatsGiveTheNumbersOfTheProgram(_ one: FormatCase) throws {
    var statement = ScanStatement()
    statement.energyUnit = one.energyUnit
    statement.forceUnit = one.forceUnit
    statement.atomCounts = [4]
    let raw = try readRawScan("\(PeroxideReference.folder)/\(one.file)", statement: statement)
    #expect(raw.format == one.format)
    #expect(raw.frames.count == reference.points.count)
    if let level = one.level { #expect(raw.levels == [level]) }
    let zero = reference.points[0].energy * Units.hartree - (raw.frames[0].energy ?? .nan)
    #expect(abs(zero) < one.energy * Units.hartree, "energies are absolute")
    for (index, (frame, point)) in zip(raw.frames, reference.points).enumerated() {
      #expect(
        abs(try #require(frame.energy) / Units.hartree - point.energy) < one.energy, "frame \(index + 1)")
      for (r, x) in zip(frame.coordinates, point.xyz) {
        #expect((r - Vector3(x[0], x[1], x[2])).norm < 2 * one.position)
      }
      guard let limit = one.force else {
        #expect(frame.forces == nil)
        continue
      }
      for (f, g) in zip(try #require(frame.forces), point.gradient) {
        #expect((f + Vector3(g[0], g[1], g[2]) * Units.hartreePerBohr).norm < limit)
      }
    }
    #expect(raw.frames.indices.filter { raw.frames[$0].aside != nil }.map { $0 + 1 } == one.leftOut)
    // As a scan of its molecule.
    let scan = try readScan(
      "\(PeroxideReference.folder)/\(one.file)", topology: PeroxideReference.topology,
      energyUnit: one.energyUnit,
      forceUnit: one.forceUnit)
    #expect(scan.points.count == reference.points.count - one.leftOut.count)
    #expect(scan.driven == Quartet(0, 1, 2, 3))
    #expect(scan.setAside.map(\.frame) == one.leftOut)
  }

  /// Own runs of the programs, whose geometries are their own: energies are those that the files print.
  @Test(arguments: [
    ("xtb/xtbscan.log", "xtb scan", 17, "xtb 6.5.1"), ("psi4-relaxed.out.gz", "Psi4 output", 4, "Psi4 1.3.2"),
    ("psi4-single.out.gz", "Psi4 output", 4, "Psi4 1.3.2"),
    ("qcengine-torsiondrive.json.gz", "QCSchema TorsionDriveResult v1", 6, "PySCF"),
    ("qcengine-torsiondrive-v2.json.gz", "QCSchema TorsionDriveResult v2", 6, "PySCF"),
    ("qcengine-points", "QCSchema OptimizationResult v1, a file a point", 12, "PySCF"),
    ("geometric-scan-final.xyz", "geomeTRIC XYZ", 5, "geomeTRIC"),
  ]) func ownRunsAreRead(file: String, format: String, points: Int, program: String) throws {
    let raw = try readRawScan("\(PeroxideReference.folder)/\(file)", statement: ScanStatement())
    #expect(raw.format == format && raw.frames.count == points)
    #expect(program.isEmpty || raw.program?.hasPrefix(program) == true, "\(raw.program ?? "")")
    let scan = try readScan("\(PeroxideReference.folder)/\(file)", topology: PeroxideReference.topology)
    #expect(scan.driven == Quartet(0, 1, 2, 3) && scan.points.count == points)
    // Forces and energies that belong together pass the slope's check; a relaxed drive's are along the dihedral.
    #expect(!scan.notes.contains { $0.words.contains("not relaxed") }, "\(scan.notes)")
    let hasForces = file != "geometric-scan-final.xyz"
    #expect(scan.points.allSatisfy { ($0.forces != nil) == hasForces })
  }

  @Test func singleResultsAreRead() throws {
    let files = [
      "psi4-gradient.json", "qcengine-gradient.json", "qcengine-gradient-v2.json",
      "qcengine-optimization.json",
      "qcengine-optimization-v2.json", "gaussian.fchk", "xtb/grad/03/frame.engrad", "xtb/grad/03/gradient",
    ]
    for file in files {
      let raw = try readRawScan("\(PeroxideReference.folder)/\(file)", statement: ScanStatement())
      #expect(
        raw.frames.count == 1 && raw.frames[0].forces?.count == 4 && raw.frames[0].energy != nil, "\(file)")
    }
    // Both versions of the schema say the same.
    for name in ["gradient", "optimization"] {
      let both = try ["", "-v2"].map {
        try readRawScan("\(PeroxideReference.folder)/qcengine-\(name)\($0).json", statement: ScanStatement())
          .frames[0]
      }
      #expect(abs((both[0].energy ?? 0) - (both[1].energy ?? 1)) < 1e-6)
      #expect(zip(both[0].coordinates, both[1].coordinates).allSatisfy { ($0 - $1).norm < 1e-8 })
    }
  }

  @Test func tablesTurnTheGeometryBesideThem() throws {
    let scan = try readScan("\(PeroxideReference.folder)/angles.csv", topology: PeroxideReference.topology)
    #expect(scan.geometry == .relaxed && scan.points.count == 12)
    for (point, known) in zip(scan.points, reference.points) {
      #expect(
        abs(wrapped(dihedralAngle(scan.driven, in: point.coordinates) - known.angle * Units.degree)) < 1e-6)
    }
    let low = reference.points.map(\.energy).min() ?? 0
    #expect(
      zip(scan.points, reference.points).allSatisfy {
        abs($0.energy - ($1.energy - low) * Units.hartree) < 1e-4
      })
  }

  @Test func gradientsOfOtherFramesAreNotTaken() throws {
    try Folders.temporary { folder in
      let own = "\(PeroxideReference.folder)/xtb"
      try FileManager.default.copyItem(atPath: own, toPath: "\(folder)/x")
      var text = try readText("\(folder)/x/grad/03/frame.engrad")
      text = text.replacingOccurrences(of: "-9.0", with: "-9.9")
      try Folders.write(text, to: "\(folder)/x/grad/03/frame.engrad")
      try FileManager.default.removeItem(atPath: "\(folder)/x/grad/03/gradient")
      let scan = try readRawScan("\(folder)/x/xtbscan.log", statement: ScanStatement())
      #expect(scan.frames.count { $0.forces == nil } == 1 && scan.remarks.count == 2, "\(scan.remarks)")
    }
  }

  @Test func oneOfSeveralEntriesIsNamed() throws {
    try Folders.temporary { folder in
      var text = try readText("\(PeroxideReference.folder)/yammbs.json")
      let profile = text.components(separatedBy: "\"qm_torsions\": [")[1].dropLast(3)
      text = text.replacingOccurrences(
        of: "\"qm_torsions\": [",
        with: "\"qm_torsions\": [" + profile.replacingOccurrences(of: "\"id\": 42", with: "\"id\": 7") + ",")
      try Folders.write(text, to: "\(folder)/y.json")
      #expect(throws: InputError.self) { try readRawScan("\(folder)/y.json", statement: ScanStatement()) }
      #expect(try readRawScan("\(folder)/y.json#7", statement: ScanStatement()).entry == "7")
      #expect(throws: InputError.self) { try readRawScan("\(folder)/y.json#8", statement: ScanStatement()) }
    }
  }

  @Test func unitsThatContradictTheFormatAreRefused() throws {
    var statement = ScanStatement()
    statement.energyUnit = .kilojoulePerMole
    for file in [
      "gaussian-relaxed.log", "orca/peroxide.out", "qcportal-record.json", "ase.traj", "psi4-single.out.gz",
    ] {
      #expect(throws: InputError.self, "\(file)") {
        try readRawScan("\(PeroxideReference.folder)/\(file)", statement: statement)
      }
    }
    // A comment's energy has no unit of its own: what is stated counts.
    let stated = try readRawScan("\(PeroxideReference.folder)/crest_ensemble.xyz", statement: statement)
    let plain = try readRawScan("\(PeroxideReference.folder)/crest_ensemble.xyz", statement: ScanStatement())
    let ratio = (stated.frames[0].energy ?? 0) / (plain.frames[0].energy ?? 1)
    #expect(abs(ratio - Units.kilojoule / Units.hartree) < 1e-9)
  }

  @Test func optimisationsAreNoScans() throws {
    let text = try readText("\(PeroxideReference.folder)/xtb/xtbscan.log")
      .replacingOccurrences(of: " xtb: ", with: " gnorm: 0.0003 xtb: ")
    let raw = try readCommentedXYZ(text, file: "xtbopt.log", statement: ScanStatement())
    #expect(raw.frames.count == 1 && raw.remarks.count == 1)
  }
}
