// Every scan format gives the same grid points; what is damaged is named.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

private func equal(_ a: Scan, _ b: [GridPoint], tolerance: Double = 1e-6) -> Bool {
  a.points.count == b.count
    && zip(a.points, b).allSatisfy { x, y in
      abs(x.energy - y.energy) < tolerance
        && zip(x.coordinates, y.coordinates).allSatisfy { ($0 - $1).norm < tolerance }
        && (x.forces.map { f in zip(f, y.forces!).allSatisfy { ($0 - $1).norm < tolerance } } ?? true)
    }
}

@Suite struct ScanReadingTests {
  let sample = Sample()

  @Test func extendedXYZ() throws {
    let scan = try read(sample.extendedXYZ())
    #expect(scan.driven == sample.driven && equal(scan, sample.points))
  }

  @Test func unitsAreConverted() throws {
    let header = "energy_unit=hartree force_unit=\"hartree/bohr\" dihedral=\"1 2 3 4\" dihedral_indexing=one"
    let scan = try read(
      sample.extendedXYZ(
        header: header, energyFactor: 1 / Units.hartree, forceFactor: 1 / Units.hartreePerBohr))
    #expect(scan.driven == sample.driven && equal(scan, sample.points))
  }

  @Test func coordinatesInAnotherUnitAreRefused() throws {
    for factor in [0.1, 0.5, 1e-6] {
      var shrunk = sample
      for p in shrunk.points.indices {
        shrunk.points[p].coordinates = shrunk.points[p].coordinates.map { $0 * factor }
      }
      // Without forces nothing else gives it away.
      let text = shrunk.xyz { " energy: \($0.energy / Units.hartree) xtb: 6.5.1 (unknown)" }
      #expect(throws: InputError.self, "\(factor)") { try read(text, name: "xtbscan.log") }
    }
  }

  @Test func dihedralsThatDoNotTurnAreRefused() throws {
    let other = "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral_indexing=zero "
    let graph = sample.topology.bondGraph
    let still = graph.quartets(
      about: graph.rotatableBonds.first { $0 != sample.driven.centralBond }!)[0]
    let words = still.atoms.map(String.init).joined(separator: " ")
    #expect(throws: InputError.self) { try read(sample.extendedXYZ(header: other + "dihedral=\"\(words)\"")) }
    #expect(throws: InputError.self) {
      try read(sample.extendedXYZ(header: other + "dihedral=\"0 1 2 -9223372036854775808\""))
    }
    #expect(throws: InputError.self) { try read(sample.extendedXYZ(forceFactor: 1e200)) }
  }

  @Test func absurdEnergiesAreRefused() throws {
    for factor in [1e6, 1e200, 1e290] {
      #expect(throws: InputError.self) { try read(sample.extendedXYZ(energyFactor: factor)) }
    }
  }

  @Test func foldersOfTorsionDrive() throws {
    for (key, list) in [("GRADIENT", "1 2 3 4\n"), ("FORCES", "#zero_based_numbering\n0 1 2 3\n")] {
      try Folders.temporary { folder in
        try Folders.write(sample.qdata(gradient: key), to: "\(folder)/qdata.txt")
        try Folders.write(list, to: "\(folder)/dihedrals.txt")
        let scan = try readScan(folder, topology: sample.topology)
        #expect(scan.driven == sample.driven && equal(scan, sample.points))
      }
    }
    try Folders.temporary { folder in
      try Folders.write(sample.qdata(gradient: nil), to: "\(folder)/qdata.txt")
      try Folders.write(
        "{\"dihedrals\": [[0, 1, 2, 3]], \"grid_spacing\": [30]}", to: "\(folder)/metadata.json")
      let scan = try readScan(folder, topology: sample.topology)
      #expect(scan.points.allSatisfy { $0.forces == nil } && equal(scan, sample.points))
      try Folders.write("{\"dihedrals\": [[0, 1, 2, 3], [1, 2, 3, 4]]}", to: "\(folder)/metadata.json")
      #expect(throws: InputError.self) { try readScan(folder, topology: sample.topology) }
      try Folders.write("{\"dihedrals\": [[0, 1", to: "\(folder)/metadata.json")
      #expect(throws: InputError.self) { try readScan(folder, topology: sample.topology) }
    }
  }

  @Test func logsFindTheirDihedral() throws {
    let log = sample.xyz { " energy: \($0.energy / Units.hartree) xtb: 6.5.1 (unknown)" }
    #expect(equal(try read(log, name: "xtbscan.log"), sample.points))
    let drive = sample.xyz { "Dihedral (-165,) Energy \($0.energy / Units.hartree)" }
    let scan = try read(drive, name: "scan.xyz")
    #expect(equal(scan, sample.points) && scan.driven.centralBond == sample.driven.centralBond)
    #expect(throws: InputError.self) {
      try read(sample.xyz { "Dihedral (-165, 30) Energy \($0.energy)" }, name: "scan.xyz")
    }
  }

  @Test func stillGeometriesAreAmbiguous() throws {
    let one = Sample(count: 1).points[0]
    let text = (0..<5).map { frame in
      Sample(count: 1).xyz { " energy: \($0.energy / Units.hartree + 0.001 * Double(frame))" }
    }.joined()
    let error = #expect(throws: InputError.self) { try read(text, name: "a.log") }
    #expect(error?.hint?.contains("candidates") == true && one.frame == 1)
  }

  @Test(arguments: [
    ("kcal/mol/angstrom\"", "kcal/mol\"", "force unit"),
    ("energy_unit=\"kcal/mol\"", "", "unit of the energy"),
    ("force_unit=\"kcal/mol/angstrom\"", "", "unit of the forces"),
    ("dihedral_indexing=zero", "", "zero or one"), ("0 1 2 3", "0 1 2 2", "four different"),
    ("0 1 2 3", "0 1 2 13", "not bonded"), ("0 1 2 3", "0 1 2 99", "four different"),
    ("forces:R:3", "forces:R:x", "columns"), ("\"0 1 2 3\"", "\"0 1 2 3", "closing"),
  ])
  func damagedHeaders(_ change: (from: String, to: String, word: String)) {
    let error = #expect(throws: InputError.self) {
      try read(sample.extendedXYZ().replacingOccurrences(of: change.from, with: change.to))
    }
    #expect(error?.message.contains(change.word) == true, "\(error?.message ?? "no error")")
    #expect(error?.place?.line != nil || change.word == "not bonded")
  }

  @Test func badFramesAreNamedAndSetAside() throws {
    var lines = sample.extendedXYZ().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let atoms = sample.topology.atoms.count
    lines[2 * (atoms + 2) + 3] = "C nan 0 0 0 0 0"
    lines[4 * (atoms + 2) + 2] = lines[4 * (atoms + 2) + 2].replacingOccurrences(of: "C ", with: "N ")
    let text = lines.joined(separator: "\n")
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.message.contains("frame 3") == true && error?.hint?.contains("--set-aside") == true)
    let scan = try read(text, options: FamilyOptions(setAsideBadPoints: true))
    #expect(scan.points.count == 10 && scan.setAside.map(\.frame) == [3, 5])
    #expect(scan.setAside[1].reason.contains("another order of atoms"))
  }

  @Test func contradictionsAreNoticed() throws {
    func message(_ text: String) -> String {
      do {
        _ = try read(text)
        return "read"
      } catch { return "\(error)" }
    }
    #expect(message(sample.extendedXYZ(forceFactor: -1)).contains("gradients"))
    #expect(message(sample.extendedXYZ(forceFactor: 627.5)).contains("unit"))
    #expect(message(sample.extendedXYZ(energyFactor: 627.5)).contains("unit"))
    #expect(message(sample.extendedXYZ(forceFactor: 0)).contains("zero"))
    let shuffled = [5, 9, 2, 0, 7, 11, 3, 1, 10, 6, 4, 8]
    #expect(message(sample.extendedXYZ(order: shuffled)).contains("order"))
    #expect(message(sample.extendedXYZ()) == "read")
  }

  /// One wrong energy puts two steps off, up and down; a jump to another shape only one.
  @Test func singleWrongEnergiesAreNamed() throws {
    let graph = sample.topology.bondGraph
    var fine = Sample(count: 24)
    var scan = try read(fine.extendedXYZ(), of: fine)
    #expect(strayPoints(in: scan, graph: graph).isEmpty)
    for index in 10..<24 { fine.points[index].energy += 3 }
    scan = try read(fine.extendedXYZ(), of: fine)
    #expect(strayPoints(in: scan, graph: graph).isEmpty)
    for index in 11..<24 { fine.points[index].energy -= 3 }
    scan = try read(fine.extendedXYZ(), of: fine)
    let found = strayPoints(in: scan, graph: graph)
    #expect(found.count == 1 && found.first?.words.contains("frame 11 (") == true)
    #expect(found.first?.words.contains("kcal/mol above") == true)
  }

  @Test func repeatedFramesCountOnce() throws {
    let text = sample.extendedXYZ()
    let frame = text.split(separator: "\n").prefix(sample.topology.atoms.count + 2).joined(separator: "\n")
    let scan = try read(text + frame + "\n")
    #expect(scan.points.count == 12 && scan.setAside.map(\.frame) == [13])
    #expect(scan.setAside[0].reason.contains("repeats frame 1"))
  }

  @Test func brokenMoleculesAreNoticed() throws {
    var broken = sample.points[0].coordinates
    broken[4] += Vector3(3, 0, 0)
    let frame = RawFrame(symbols: nil, coordinates: broken, energy: 0, forces: nil, line: 1, fault: nil)
    let fault = faultOf(frame, topology: sample.topology, graph: sample.topology.bondGraph)
    #expect(fault?.contains("bonds missing") == true)
  }

  @Test func damagedTextsNeverTrap() throws {
    var random = SeededGenerator(seed: 5)
    let texts = [sample.extendedXYZ(), sample.xyz { " energy: \($0.energy / Units.hartree)" }]
    for round in 0..<150 {
      var bytes = Array(texts[round % 2].utf8)
      if round % 3 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
      for _ in 0..<(round % 5) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 32..<127, using: &random)
      }
      do { _ = try read(String(decoding: bytes, as: UTF8.self)) } catch is InputError {}
    }
  }
}
