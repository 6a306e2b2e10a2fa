// How a scan was made: rigid, with further dihedrals held, or over a grid of two; found, stated, and contradicted.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct RigidScanTests {
  private let graph = Sample().topology.bondGraph

  private func rounded(_ frames: [[Vector3]], to decimals: Double) -> [[Vector3]] {
    let unit = pow(10, decimals)
    return frames.map { frame in
      frame.map {
        Vector3(($0.x * unit).rounded(), ($0.y * unit).rounded(), ($0.z * unit).rounded()) * (1 / unit)
      }
    }
  }

  @Test func rigidTurnsAreTold() throws {
    let sample = Sample(count: 24)
    #expect(try read(sample.extendedXYZ()).geometry == .rigid)
    let frames = sample.points.map(\.coordinates)
    for decimals in [3.0, 4, 6] {
      #expect(isRigid(rounded(frames, to: decimals), axes: [sample.driven], graph: graph), "\(decimals)")
    }
    // Frames that another program turned and moved as a whole, then rounded.
    let moved = frames.enumerated().map { index, frame in
      frame.map {
        rotated($0, about: Vector3(0, 0.6, 0.8), through: .zero, by: Double(index)) + Vector3(1, 2, 3)
      }
    }
    #expect(isRigid(rounded(moved, to: 3), axes: [sample.driven], graph: graph))
    #expect(isRigid(Array(frames[0..<5]), axes: [sample.driven], graph: graph))
    // Too small a turn tells nothing.
    #expect(!isRigid(Array(frames[0..<2]), axes: [sample.driven], graph: graph))
  }

  /// The smallest relaxed rotors change too, also as files print them.
  @Test(arguments: [2, 3, 4]) func relaxedScansAreNot(carbons: Int) throws {
    let alkane = Alkane(carbons: carbons)
    let graph = alkane.topology.bondGraph
    let model = EnergyModel(alkane.topology)
    let bond = carbons == 4 ? 1 : 0
    let driven = graph.quartets(about: BondIndex(bond, bond + 1))[0]
    let frames = (0..<24).map { index in
      model.relaxed(
        alkane.turned(bond: bond, by: Double(index) * 15 * Units.degree), holding: driven,
        options: RelaxationOptions()
      ).coordinates
    }
    for decimals in [3.0, 8] {
      #expect(!isRigid(rounded(frames, to: decimals), axes: [driven], graph: graph))
    }
  }

  @Test func statementsAreObeyedAndContradictionsNamed() throws {
    let rigid = Sample()
    let told = try read(rigid.extendedXYZ())
    let notes = notesOnGeometry(told, statement: ScanStatement(), graph: graph)
    #expect(notes.count == 1 && notes[0].contains("geometry: rigid"))
    #expect(notesOnGeometry(told, statement: ScanStatement(geometry: .rigid), graph: graph).isEmpty)
    var stated = told
    stated.geometry = .relaxed
    let against = notesOnGeometry(stated, statement: ScanStatement(geometry: .relaxed), graph: graph)
    #expect(against.count == 1 && against[0].contains("geometry: relaxed is stated, but"))
    var relaxed = told
    for index in relaxed.points.indices {
      relaxed.points[index].coordinates[3] += Vector3(0, 0.02 * Double(index % 2), 0)
    }
    let other = notesOnGeometry(relaxed, statement: ScanStatement(geometry: .rigid), graph: graph)
    #expect(other.count == 1 && other[0].contains("geometry: rigid is stated, but the distance"))
  }

  @Test func filesSayIt() throws {
    let sample = Sample()
    let plain =
      "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral=\"0 1 2 3\" dihedral_indexing=zero"
    #expect(try read(sample.extendedXYZ(header: plain + " geometry=relaxed")).geometry == .relaxed)
    #expect(throws: InputError.self) { try read(sample.extendedXYZ(header: plain + " geometry=stiff")) }
    let methyl = graph.quartets(about: BondIndex(0, 1))[0].atoms.map(String.init).joined(separator: " ")
    let held = try read(sample.extendedXYZ(header: plain + " held=\"\(methyl)\""))
    #expect(held.held.map(\.atoms) == [graph.quartets(about: BondIndex(0, 1))[0].atoms])
    #expect(throws: InputError.self) { try read(sample.extendedXYZ(header: plain + " held=\"0 1 2\"")) }
    #expect(throws: InputError.self) { try read(sample.extendedXYZ(header: plain + " held=\"3 2 1 0\"")) }
  }
}

@Suite struct HeldDihedralTests {
  private let graph = PentaneGrid.alkane.topology.bondGraph

  private func readGrid(_ text: String, name: String = "scan.extxyz") throws -> Scan {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      return try readScan("\(folder)/\(name)", topology: PentaneGrid.alkane.topology)
    }
  }

  @Test func constraintsAreTold() {
    let held = PentaneGrid.row(50, isHeld: true).map(\.coordinates)
    #expect(
      constrainedDihedrals(held, driven: PentaneGrid.driven, graph: graph).map(\.canonical)
        == [PentaneGrid.second])
    // As a file with four decimals has it.
    let printed = held.map { frame in
      frame.map { Vector3(($0.x * 1e4).rounded(), ($0.y * 1e4).rounded(), ($0.z * 1e4).rounded()) * 1e-4 }
    }
    #expect(
      constrainedDihedrals(printed, driven: PentaneGrid.driven, graph: graph).map(\.canonical)
        == [PentaneGrid.second])
    let free = PentaneGrid.row(60, isHeld: false).map(\.coordinates)
    #expect(constrainedDihedrals(free, driven: PentaneGrid.driven, graph: graph).isEmpty)
    // A rigid turn holds everything and nothing.
    let rigid = Sample(count: 24)
    #expect(
      constrainedDihedrals(
        rigid.points.map(\.coordinates), driven: rigid.driven, graph: rigid.topology.bondGraph
      ).isEmpty)
  }

  @Test func gridsInOneFileAreOneScan() throws {
    let points = PentaneGrid.rows.joined().map { $0 }
    func check(_ scan: Scan) {
      #expect(
        scan.driven.canonical == PentaneGrid.driven && scan.held.map(\.canonical) == [PentaneGrid.second])
      #expect(scan.points.count == 72 && scan.second != nil && scan.geometry == .relaxed)
    }
    check(try readGrid(PentaneGrid.extendedXYZ(points, header: "dihedral=\"0 1 2 3\"")))
    check(try readGrid(PentaneGrid.extendedXYZ(points, header: "dihedral=\"0 1 2 3 1 2 3 4\"")))
    check(try readGrid(PentaneGrid.extendedXYZ(points, header: "")))
    check(try readGrid(PentaneGrid.commented(points, "Dihedral (-180, 60)"), name: "scan.xyz"))
    try Folders.temporary { folder in
      try Folders.write(PentaneGrid.commented(points, "Dihedral (-180, 60)"), to: "\(folder)/scan.xyz")
      try Folders.write("1 2 3 4\n2 3 4 5\n", to: "\(folder)/dihedrals.txt")
      check(try readScan(folder, topology: PentaneGrid.alkane.topology))
    }
    // One row of a file that is said to be two-dimensional tells nothing of the other.
    #expect(throws: InputError.self) {
      try readGrid(
        PentaneGrid.commented(PentaneGrid.row(60, isHeld: false), "Dihedral (0, 60)"), name: "s.xyz")
    }
  }

  @Test func rowsAreTold() {
    func scans(_ rows: [[GridPoint]]) -> [Scan] {
      rows.enumerated().map { Scan(id: "\($0.offset)", driven: PentaneGrid.driven, points: $0.element) }
    }
    let rows = markingRows(scans(PentaneGrid.rows), graph: graph) { _ in true }
    #expect(
      rows.scans.allSatisfy { $0.held.map(\.canonical) == [PentaneGrid.second] } && rows.notes.count == 1)
    // What was stated stays.
    #expect(markingRows(scans(PentaneGrid.rows), graph: graph) { _ in false }.notes.isEmpty)
    // Conformers in their three wells, and some of them twice, are no grid.
    let wells = [180.0, 65, -65].map { PentaneGrid.row($0, isHeld: false) }
    #expect(markingRows(scans(wells + wells), graph: graph) { _ in true }.notes.isEmpty)
  }

  @Test func initWritesWhatTheDataTell() throws {
    try Folders.temporary { folder in
      try Folders.write("topology", to: "\(folder)/m.prmtop")
      for (index, row) in PentaneGrid.rows.enumerated() {
        try Folders.write(
          PentaneGrid.extendedXYZ(row, header: "dihedral=\"0 1 2 3\""), to: "\(folder)/row\(index).extxyz")
      }
      let text = try makeFamilyManifest(folder, findTopologies: { _ in [("m.prmtop", [])] }) { path, files in
        (PentaneGrid.alkane.topology, [path] + files)
      }.text
      #expect(text.components(separatedBy: "held: [[1, 2, 3, 4]]").count == 7, "\(text)")
      try Folders.write(text, to: "\(folder)/family.yaml")
      let loaded = try readFamily(path: folder) { path, files in
        (PentaneGrid.alkane.topology, [path] + files)
      }
      #expect(loaded.notes.isEmpty, "\(loaded.notes)")
      #expect(loaded.family.molecules[0].drivenBonds == [BondIndex(1, 2), BondIndex(2, 3)])
    }
    let sample = Sample()
    try Folders.temporary { folder in
      try Folders.write("topology", to: "\(folder)/m.prmtop")
      try Folders.write(sample.extendedXYZ(), to: "\(folder)/s.extxyz")
      let text = try makeFamilyManifest(folder, findTopologies: { _ in [("m.prmtop", [])] }) { path, files in
        (sample.topology, [path] + files)
      }.text
      #expect(text.contains("geometry: rigid"), "\(text)")
    }
  }
}

@Suite struct MadeStatementTests {
  private let sample = Sample()

  private func load(_ fields: String) throws -> LoadedFamily {
    try Folders.temporary { folder in
      try Folders.write(
        "name: a\nmolecules:\n  - id: b\n    topology: m.top\n    scans:\n      - file: s.extxyz\n\(fields)",
        to: "\(folder)/family.yaml")
      try Folders.write("topology", to: "\(folder)/m.top")
      try Folders.write(sample.extendedXYZ(), to: "\(folder)/s.extxyz")
      return try readFamily(path: folder) { path, files in (sample.topology, [path] + files) }
    }
  }

  @Test func statementsAreRead() throws {
    let methyl = sample.topology.bondGraph.quartets(about: BondIndex(0, 1))[0]
    let held = "[\(methyl.atoms.map { "\($0 + 1)" }.joined(separator: ", "))]"
    let loaded = try load(
      "        geometry: relaxed\n        held: [\(held)]\n        dihedral_indexing: one\n")
    let scan = loaded.family.molecules[0].scans[0]
    #expect(scan.geometry == .relaxed && scan.held == [methyl])
    #expect(loaded.notes.contains { $0.contains("geometry: relaxed is stated, but") })
    #expect(try load("        held: []\n").family.molecules[0].scans[0].held.isEmpty)
  }

  @Test(arguments: [
    ("        geometry: stiff\n", 7, 19, "relaxed or rigid"),
    ("        held: 5\n", 7, 15, "list"),
    ("        held: [[0, 1, 2]]\n        dihedral_indexing: zero\n", 7, 16, "four atoms each"),
    ("        held: [[0, 1, 2, x]]\n        dihedral_indexing: zero\n", 7, 16, "four atoms"),
    ("        held: [[4, 0, 1, 2]]\n", 7, 16, "zero or one"),
    ("        held: [[4, 0, 1, 99]]\n        dihedral_indexing: zero\n", 7, 15, "does not have"),
    ("        held: [[3, 0, 1, 2]]\n        dihedral_indexing: zero\n", 7, 15, "not bonded"),
    ("        held: [[3, 2, 1, 0]]\n        dihedral_indexing: zero\n", 7, 15, "about the bond of another"),
    ("        rigid: true\n", 7, 9, "no key"),
  ])
  func whatIsWrongHasAPlace(_ bad: (fields: String, line: Int, column: Int, word: String)) {
    let error = #expect(throws: InputError.self) { try load(bad.fields) }
    #expect(error?.message.contains(bad.word) == true, "\(error.map { "\($0)" } ?? "")")
    #expect(
      error?.place?.line == bad.line && error?.place?.column == bad.column,
      "\(error.map { "\($0)" } ?? "")")
  }
}
