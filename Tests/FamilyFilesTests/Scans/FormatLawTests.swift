// What must not matter to a reader of scans: line ends, blanks, packing, units, the order of columns, keys, frames and files.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct FormatLawTests {
  private static let statement: ScanStatement = {
    var statement = ScanStatement()
    statement.atomCounts = [4]
    return statement
  }()

  /// Text formats that state their units, and stand alone.
  private static let texts = [
    "gaussian-relaxed.log", "gaussian.fchk", "orca/peroxide.out", "orca_trj.xyz", "crest_ensemble.xyz",
    "geometric-scan-final.xyz", "conformers.sdf", "models.pdb", "xtb/grad/03/frame.engrad",
    "xtb/grad/03/gradient", "qcportal-record.json", "yammbs.json", "ase-db.json", "qcengine-gradient.json",
    "psi4-gradient.json", "qcengine-optimization.json", "qcengine-optimization-v2.json",
  ]

  private func frames(_ text: String, as name: String, in folder: String) throws -> [RawFrame] {
    let path = "\(folder)/\(URL(fileURLWithPath: name).lastPathComponent)"
    try Folders.write(text, to: path)
    return try readRawScans(path, statement: Self.statement).flatMap(\.frames)
  }

  private func expectSame(_ a: [RawFrame], _ b: [RawFrame], _ what: String) {
    #expect(a.count == b.count && !a.isEmpty, "\(what)")
    for (x, y) in zip(a, b) {
      #expect(x.energy == y.energy && x.coordinates == y.coordinates, "\(what)")
      #expect(x.forces == y.forces && x.symbols == y.symbols && x.fault == y.fault, "\(what)")
    }
  }

  @Test(arguments: texts) func blanksAtTheEndsOfLinesDoNotMatter(name: String) throws {
    try Folders.temporary { folder in
      let text = try readText("\(PeroxideReference.folder)/\(name)")
      let plain = try frames(text, as: name, in: folder)
      expectSame(plain, try frames(text.replacing("\n", with: " \t\n"), as: name, in: folder), "blanks")
      expectSame(plain, try frames(text + "\n  \n\n", as: name, in: folder), "empty lines at the end")
      let bare = String(text.reversed().drop { $0.isNewline }.reversed())
      expectSame(plain, try frames(bare, as: name, in: folder), "no line end at the end")
    }
  }

  @Test(arguments: texts) func packingDoesNotMatter(name: String) throws {
    try Folders.temporary { folder in
      let text = try readText("\(PeroxideReference.folder)/\(name)")
      let plain = try frames(text, as: name, in: folder)
      let path = "\(folder)/\(URL(fileURLWithPath: name).lastPathComponent)"
      #expect(try Folders.run("/usr/bin/env", ["gzip", path]).status == 0)
      expectSame(
        plain, try readRawScans(path + ".gz", statement: Self.statement).flatMap(\.frames), "packed")
      // By its bytes, whatever it is called.
      try FileManager.default.moveItem(atPath: path + ".gz", toPath: path)
      expectSame(plain, try readRawScans(path, statement: Self.statement).flatMap(\.frames), "misnamed")
    }
  }

  /// JSON has no order of keys, and no blanks.
  @Test(arguments: texts.filter { $0.hasSuffix(".json") })
  func theOrderOfKeysDoesNotMatter(name: String) throws {
    try Folders.temporary { folder in
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(PeroxideReference.folder)/\(name)"))
      let plain = try frames(String(decoding: data, as: UTF8.self), as: name, in: folder)
      let object = try JSONSerialization.jsonObject(with: data)
      for options: JSONSerialization.WritingOptions in [[.sortedKeys], [.prettyPrinted, .sortedKeys]] {
        let again = try JSONSerialization.data(withJSONObject: object, options: options)
        expectSame(
          plain, try frames(String(decoding: again, as: UTF8.self), as: name, in: folder), "\(options)")
      }
    }
  }

  @Test func entriesOfAYammbsFileComeBack() throws {
    let reference = try PeroxideReference.load()
    var profile = YammbsDataset.Profile(
      identifier: 7, id: 7, mappedSMILES: "[H:1][O:2][O:3][H:4]", dihedral: [0, 1, 2, 3], coordinates: [:],
      energies: [:])
    for point in reference.points {
      profile.coordinates["\(point.angle)"] = point.xyz.flatMap { $0 }
      profile.energies["\(point.angle)"] = point.energy * Units.hartree
    }
    var other = profile
    (other.identifier, other.id) = (8, 8)
    other.energies = other.energies.mapValues { $0 + 1 }
    try Folders.temporary { folder in
      try Folders.write(
        jsonText(YammbsDataset(tag: "made", profiles: [profile, other])), to: "\(folder)/y.json")
      let scans = try readRawScans("\(folder)/y.json", statement: ScanStatement())
      #expect(scans.map(\.entry) == ["7", "8"])
      #expect(scans.map(\.driven) == [Quartet(0, 1, 2, 3), Quartet(0, 1, 2, 3)])
      for (frame, point) in zip(scans[0].frames, reference.points) {
        #expect(frame.energy == point.energy * Units.hartree && frame.symbols == reference.symbols)
        #expect(frame.coordinates == point.xyz.map { Vector3($0[0], $0[1], $0[2]) })
      }
      for (a, b) in zip(scans[0].frames, scans[1].frames) {
        #expect(try #require(b.energy) == #require(a.energy) + 1)
      }
    }
  }
}

/// The same of a scan that is held against its molecule.
@Suite struct ScanLawTests {
  let sample = Sample()

  private func expectSame(_ a: Scan, _ b: Scan, within limit: Double = 1e-9, _ what: String) {
    #expect(a.points.count == b.points.count && a.driven == b.driven && a.held == b.held, "\(what)")
    for (x, y) in zip(a.points, b.points) {
      #expect(abs(x.energy - y.energy) < limit, "\(what)")
      #expect(zip(x.coordinates, y.coordinates).allSatisfy { ($0 - $1).norm < limit }, "\(what)")
      #expect((x.forces == nil) == (y.forces == nil), "\(what)")
      for (f, g) in zip(x.forces ?? [], y.forces ?? []) { #expect((f - g).norm < limit, "\(what)") }
    }
  }

  /// Sixteen digits of energies of 8000 kcal/mol in other units leave 10⁻¹¹.
  @Test(arguments: Units.Energy.allCases, Units.Force.allCases)
  func unitsDoNotMatter(energy: Units.Energy, force: Units.Force) throws {
    func header(_ zero: Bool) -> String {
      "energy_unit=\"\(energy.rawValue)\" force_unit=\"\(force.rawValue)\" dihedral=\""
        + (zero ? "0 1 2 3\" dihedral_indexing=zero" : "1 2 3 4\" dihedral_indexing=one")
    }
    let plain = try read(sample.extendedXYZ())
    for zero in [true, false] {
      let text = sample.extendedXYZ(
        header: header(zero), energyFactor: 1 / energy.factor, forceFactor: 1 / force.factor)
      expectSame(try read(text), plain, "\(energy) \(force)")
      expectSame(try read(text.replacing("_unit=\"", with: "_UNIT=\"")), plain, "keys have no case")
    }
    // The manifest may state what the file does not.
    let bare = sample.extendedXYZ(
      header: "dihedral=\"0 1 2 3\" dihedral_indexing=zero", energyFactor: 1 / energy.factor,
      forceFactor: 1 / force.factor)
    try Folders.temporary { folder in
      try Folders.write(bare, to: "\(folder)/s.xyz")
      let scan = try readScan(
        "\(folder)/s.xyz", topology: sample.topology, energyUnit: energy, forceUnit: force)
      expectSame(scan, plain, "stated")
    }
  }

  private static let header =
    "Properties=species:S:1:pos:R:3:forces:R:3 energy=E energy_unit=\"kcal/mol\" "
    + "force_unit=\"kcal/mol/angstrom\" dihedral=\"0 1 2 3\" dihedral_indexing=zero"

  /// Comment lines that say the same.
  @Test(arguments: [
    header,
    "dihedral_indexing=zero dihedral='0 1 2 3' force_unit={kcal/mol/angstrom} energy_unit=[kcal/mol] energy=E "
      + "properties=species:S:1:pos:R:3:forces:R:3",
    "Energy=E pbc=\"F F F\" \(header.replacing("energy=E ", with: ""))",
    "step=7 converged \(header)", "\(header) level_of_theory=\"GFN2-xTB\" charge=0",
    header.replacing("energy=E", with: "REF_energy=E"), header.replacing("energy=E", with: "dft_energy=E"),
    header.replacing("forces:R", with: "REF_forces:R"),
    header.replacing("kcal/mol/angstrom", with: "KCAL/MOL/Angstrom"), "  \(header)  ",
  ]) func commentLinesMayBeWrittenInManyWays(_ comment: String) throws {
    let lines = sample.extendedXYZ().split(separator: "\n").map { line -> String in
      guard line.hasPrefix("Properties"), let energy = line.firstMatch(of: /energy=(\S+)/)?.1 else {
        return String(line)
      }
      return comment.replacing("=E ", with: "=\(energy) ")
    }
    expectSame(try read(lines.joined(separator: "\n")), try read(sample.extendedXYZ()), comment)
  }

  /// Columns stand where Properties says; those of other names are passed over.
  @Test(arguments: [
    ("forces:R:3:species:S:1:pos:R:3", [4, 5, 6, 0, 1, 2, 3]),
    ("pos:R:3:forces:R:3:species:S:1", [1, 2, 3, 4, 5, 6, 0]),
    ("species:S:1:charge:R:1:pos:R:3:Z:I:1:forces:R:3", [0, 1, 1, 2, 3, 1, 4, 5, 6]),
    ("symbols:S:1:id:I:1:positions:R:3:force:R:3", [0, 4, 1, 2, 3, 4, 5, 6]),
  ]) func columnsMayStandInAnyOrder(_ properties: String, columns: [Int]) throws {
    let text = sample.extendedXYZ().split(separator: "\n").map { line -> String in
      let words = line.split(separator: " ")
      guard words.count == 7, !line.contains("=") else {
        return String(line).replacing("species:S:1:pos:R:3:forces:R:3", with: properties)
      }
      return columns.map { String(words[$0]) }.joined(separator: " \t")
    }.joined(separator: "\n")
    expectSame(try read(text), try read(sample.extendedXYZ()), properties)
  }

  /// The comments of five programs, with energies in hartree.
  @Test(arguments: [
    "Dihedral (-165,) Energy E", " energy: E gnorm: 0.1 xtb: 6.5.1", "Coordinates from ORCA-job scan E E",
    "E", "Iteration 3 Energy E", "energy = E",
  ]) func commentsOfProgramsGiveTheSameEnergies(_ comment: String) throws {
    // One optimisation's steps are no scan: gnorm is left out where it would say that.
    let text = sample.xyz { point in
      let energy = fixedPoint(point.energy / Units.hartree, 12)
      let words = comment.replacing("gnorm: 0.1 ", with: "")
      return words == "E" ? energy : words.replacing(/\bE$|\bE(?= xtb)/, with: energy)
    }
    let plain = try read(sample.qdata(gradient: nil), name: "qdata.txt")
    let scan = try read(text, name: "frames.xyz")
    #expect(scan.points.count == plain.points.count)
    for (a, b) in zip(scan.points, plain.points) { #expect(abs(a.energy - b.energy) < 1e-8, "\(comment)") }
  }

  /// Frames in another order are the same points; frames of two files are those of one.
  @Test func theOrderOfFramesDoesNotMatter() throws {
    let plain = try read(sample.extendedXYZ())
    var shuffled = sample
    var random = SeededGenerator(seed: 3)
    shuffled.points.shuffle(using: &random)
    let other = try read(shuffled.extendedXYZ(), of: shuffled)
    func sorted(_ scan: Scan) -> [Double] { scan.points.map(\.energy).sorted() }
    #expect(sorted(plain) == sorted(other) && other.driven == plain.driven)
    #expect(other.points.map(\.frame) == Array(1...12), "frames are counted as the file has them")
  }

  /// A dihedral is the same read from either end.
  @Test func dihedralsMayBeReversed() throws {
    let plain = try read(sample.extendedXYZ())
    let text = sample.extendedXYZ().replacing("dihedral=\"0 1 2 3\"", with: "dihedral=\"3 2 1 0\"")
    let reversed = try read(text)
    #expect(reversed.driven.canonical == plain.driven.canonical)
    for (a, b) in zip(reversed.points, plain.points) {
      let (x, y) = (
        dihedralAngle(reversed.driven, in: a.coordinates), dihedralAngle(plain.driven, in: b.coordinates)
      )
      #expect(abs(wrapped(x - y)) < 1e-12)
    }
  }

  /// The keys of a grid point in qdata.txt stand in any order, and its number is a name.
  @Test func linesOfAJobStandInAnyOrder() throws {
    let plain = try read(sample.qdata(), name: "qdata.txt")
    let jobs = sample.qdata().components(separatedBy: "\n\n").map { job -> String in
      let lines = job.split(separator: "\n").map(String.init)
      return (["JOB 77"] + lines.dropFirst().reversed() + ["# other programs add lines"]).joined(
        separator: "\n")
    }
    expectSame(try read(jobs.joined(separator: "\n"), name: "qdata.txt"), plain, "reversed")
    let fortran = sample.qdata().replacing(/([0-9])e-/) { "\($0.1)D-" }
    expectSame(try read(fortran, name: "qdata.txt"), plain, "D for e")
  }

  /// A table says the same between commas, semicolons, tabs or blanks, with any header that names its unit.
  @Test(arguments: [
    (",", "angle (deg),energy (kcal/mol)", 1.0), (";", "angle;energy_kcal", 1),
    ("\t", "# energy in kJ/mol", 4.184),
    ("  ", "@ xaxis\n# energies [Ha]", 1 / Units.hartree), (" , ", "! E (eV)", 1 / Units.electronvolt),
  ]) func tablesMayBeWrittenInManyWays(_ separator: String, header: String, factor: Double) throws {
    let source = try readText("\(PeroxideReference.folder)/angles.csv")
    let plain = try readScan("\(PeroxideReference.folder)/angles.csv", topology: PeroxideReference.topology)
    let rows = source.split(separator: "\n").filter { $0.first != "#" && !$0.contains("angle") }.map { row in
      let words = row.split(separator: ",")
      return "\(words[0])\(separator)\((Double(words[1]) ?? .nan) * factor)"
    }
    try Folders.temporary { folder in
      try FileManager.default.copyItem(
        atPath: "\(PeroxideReference.folder)/angles.xyz", toPath: "\(folder)/t.xyz")
      let text = "# dihedral 1 2 3 4\n\(header)\n" + rows.joined(separator: "\n") + "\n"
      try Folders.write(text, to: "\(folder)/t.csv")
      let scan = try readScan("\(folder)/t.csv", topology: PeroxideReference.topology)
      #expect(scan.points.count == plain.points.count && scan.driven == plain.driven)
      for (a, b) in zip(scan.points, plain.points) {
        #expect(abs(a.energy - b.energy) < 1e-9)
        #expect(zip(a.coordinates, b.coordinates).allSatisfy { ($0 - $1).norm < 1e-12 })
      }
    }
  }

  /// Atoms in another order are the same scan, whether family.yaml states the order or the bonds tell it.
  @Test(arguments: [
    [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0], [1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    [4, 0, 5, 1, 6, 2, 7, 3, 8, 9, 13, 12, 11, 10],
  ]) func atomsMayBeRelabelled(places: [Int]) throws {
    // File atom places[i] is atom i of the topology.
    let plain = try read(sample.extendedXYZ())
    let atoms = sample.topology.atoms.count
    let driven = [0, 1, 2, 3].map { "\(places[$0])" }.joined(separator: " ")
    var lines = sample.extendedXYZ().replacing("0 1 2 3", with: driven)
      .split(separator: "\n").map(String.init)
    for start in stride(from: 2, to: lines.count, by: atoms + 2) {
      let own = Array(lines[start..<(start + atoms)])
      for atom in own.indices { lines[start + places[atom]] = own[atom] }
    }
    try Folders.temporary { folder in
      try Folders.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/s.extxyz")
      try Folders.write("topology", to: "\(folder)/m.top")
      let manifest =
        "name: a\nmolecules:\n  - {id: b, topology: m.top, scans: [{file: s.extxyz, geometry: rigid, "
        + "atom_order: \(places)}]}\n"
      try Folders.write(manifest, to: "\(folder)/family.yaml")
      let family = try readFamily(path: folder) { path, files in (sample.topology, [path] + files) }.family
      expectSame(family.molecules[0].scans[0], plain, "stated")
      // Hydrogens of a carbon are alike: which is which, the bonds cannot tell, and it does not matter.
      let found = try readScan("\(folder)/s.extxyz", topology: sample.topology)
      #expect(found.points.map(\.energy) == plain.points.map(\.energy))
      #expect(found.driven.centralBond == plain.driven.centralBond && found.atomOrder != nil)
    }
  }
}
