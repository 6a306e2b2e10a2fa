// A law over every format: whatever is done to a file, it is read, or refused with a place and words; nothing crashes, hangs, or
// passes on a number that is none.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

/// Fixtures of text formats, as bytes, by name.
private let texts = [
  "gaussian-relaxed.log", "gaussian.fchk", "orca/peroxide.out", "orca_trj.xyz", "crest_ensemble.xyz",
  "conformers.sdf", "models.pdb",
  "paramfit.mdcrd", "xtb/grad/03/frame.engrad", "xtb/grad/03/gradient", "qcportal-record.json", "yammbs.json",
  "ase-db.json",
  "qcengine-gradient.json", "psi4-gradient.json", "qcengine-optimization-v2.json", "ase.extxyz", "angles.csv",
]
private let binaries = [
  "ase.traj", "spice.hdf5", "scan.extxyz.gz", "psi4-single.out.gz", "qcengine-torsiondrive-v2.json.gz",
]

private func bytes(_ name: String) throws -> [UInt8] { try readBytes("\(PeroxideReference.folder)/\(name)") }

/// Reads bytes as the file of a name would be, and as a scan; every number that comes out is one.
private func survives(_ data: [UInt8], as name: String, in folder: String, what: String) throws {
  let path = "\(folder)/\(URL(fileURLWithPath: name).lastPathComponent)"
  try Data(data).write(to: URL(fileURLWithPath: path))
  var statement = ScanStatement()
  statement.atomCounts = [4]
  if ["ase.extxyz", "angles.csv"].contains(name) {
    statement.energyUnit = .eV
    statement.forceUnit = .eVPerAngstrom
  }
  if name == "paramfit.mdcrd" { statement.energyUnit = .hartree }
  if name == "angles.csv" { statement.energyUnit = nil }
  do {
    for raw in try readRawScans(path, statement: statement) where !raw.frames.isEmpty {
      let scan = try checkedScan(raw, id: name, statement: statement, topology: PeroxideReference.topology)
      for point in scan.points {
        #expect(
          point.energy.isFinite && point.coordinates.allSatisfy { $0.norm.isFinite }, "\(name): \(what)")
        #expect(point.forces?.allSatisfy { $0.norm.isFinite } ?? true, "\(name): \(what)")
      }
    }
  } catch let error as InputError {
    #expect(error.place != nil && !error.message.isEmpty, "\(name): \(what)")
  } catch {
    Issue.record("\(name): \(what): \(error)")
  }
}

@Suite struct HostileInputTests {
  @Test(arguments: texts) func truncationAtEachLineIsSurvived(name: String) throws {
    let data = try bytes(name)
    let ends = data.indices.filter { data[$0] == 10 }
    // Every line of short files, every few of long ones; and within lines.
    let every = max(1, ends.count / 120)
    try Folders.temporary { folder in
      for (index, end) in ends.enumerated() where index % every == 0 {
        try survives(Array(data[..<end]), as: name, in: folder, what: "cut at line \(index + 1)")
        try survives(Array(data[..<max(0, end - 3)]), as: name, in: folder, what: "cut in line \(index + 1)")
      }
      for share in stride(from: 0, to: data.count, by: max(1, data.count / 40)) {
        try survives(Array(data[..<share]), as: name, in: folder, what: "cut at byte \(share)")
      }
    }
  }

  @Test(arguments: binaries) func cutAndChangedBinariesAreSurvived(name: String) throws {
    let data = try bytes(name)
    var random = SplitMix(seed: 7)
    try Folders.temporary { folder in
      for share in stride(from: 0, to: data.count, by: max(1, data.count / 60)) {
        try survives(Array(data[..<share]), as: name, in: folder, what: "cut at byte \(share)")
      }
      // HDF5's library is not ours to break: cuts alone.
      guard name != "spice.hdf5" else { return }
      for round in 0..<60 {
        var changed = data
        for _ in 0..<3 {
          changed[Int(random.next() % UInt64(data.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        try survives(changed, as: name, in: folder, what: "changed, round \(round)")
      }
    }
  }

  @Test(arguments: texts) func numbersThatAreNoneAreNamed(name: String) throws {
    let text = String(decoding: try bytes(name), as: UTF8.self)
    // Numbers of the second half, where energies and coordinates stand.
    let words = text.split { " ,\n[]\":".contains($0) }.filter { $0.contains(".") && Double($0) != nil }
    try Folders.temporary { folder in
      for bad in [
        "nan", "NaN", "inf", "1e308", "-1e308", "1e-400", "************", "--", "99999999999999999999",
      ] {
        for place in stride(from: 0, to: words.count, by: max(1, words.count / 12)) {
          var changed = text
          changed.replaceSubrange(words[place].startIndex..<words[place].endIndex, with: bad)
          try survives(Array(changed.utf8), as: name, in: folder, what: "\(bad) for number \(place)")
        }
      }
    }
  }

  @Test(arguments: texts) func countsThatAreAbsurdAreRefused(name: String) throws {
    let text = String(decoding: try bytes(name), as: UTF8.self)
    let words = text.split { " ,\n[]\":=".contains($0) }.filter { Int($0) != nil }
    try Folders.temporary { folder in
      for bad in ["-1", "0", "1000000000", "9223372036854775807", "99999999999999999999999"] {
        for place in Set(Array(0..<min(8, words.count)) + [words.count / 2, max(0, words.count - 1)])
        where place < words.count {
          var changed = text
          changed.replaceSubrange(words[place].startIndex..<words[place].endIndex, with: bad)
          try survives(Array(changed.utf8), as: name, in: folder, what: "\(bad) for count \(place)")
        }
      }
    }
  }

  @Test(arguments: texts) func lineEndsAndBytesOfAnyKindAreSurvived(name: String) throws {
    let data = try bytes(name)
    let text = String(decoding: data, as: UTF8.self)
    try Folders.temporary { folder in
      // CRLF is the same file.
      let path = "\(folder)/\(URL(fileURLWithPath: name).lastPathComponent)"
      var statement = ScanStatement()
      statement.atomCounts = [4]
      (statement.energyUnit, statement.forceUnit) = name == "ase.extxyz" ? (.eV, .eVPerAngstrom) : (nil, nil)
      if !["paramfit.mdcrd", "angles.csv"].contains(name) {
        let plain = try readRawScans("\(PeroxideReference.folder)/\(name)", statement: statement)
        try Folders.write(text.replacingOccurrences(of: "\n", with: "\r\n"), to: path)
        let crlf = try readRawScans(path, statement: statement)
        #expect(plain.map(\.frames.count) == crlf.map(\.frames.count))
        for (a, b) in zip(plain.flatMap(\.frames), crlf.flatMap(\.frames)) {
          #expect(a.energy == b.energy && a.coordinates == b.coordinates && a.symbols == b.symbols)
        }
      }
      let head = Array(data.prefix(200))
      let tail = Array(data.dropFirst(200))
      var variants: [String: [UInt8]] = [:]
      variants["invalid UTF-8"] = head + [0xFF, 0xFE, 0xC0] + tail
      variants["a zero byte"] = head + [0] + tail
      variants["a mark"] = [0xEF, 0xBB, 0xBF] + data
      variants["doubled"] = data + data
      variants["a long line"] = head + [UInt8](repeating: 65, count: 2_000_000) + tail
      variants["blank lines"] = Array(text.replacingOccurrences(of: "\n", with: "\n\n").utf8)
      variants["empty"] = []
      variants["only line ends"] = [UInt8](repeating: 10, count: 100_000)
      for (what, changed) in variants {
        try survives(changed, as: name, in: folder, what: what)
      }
    }
  }

  @Test func bombsAndDeepNestingAreRefused() throws {
    #expect(throws: InputError.self) {
      try parseJSON(Array(String(repeating: "[", count: 100_000).utf8), file: "a")
    }
    #expect(throws: InputError.self) { try parseJSON(Array("{\"a\": 1".utf8), file: "a") }
    #expect(throws: InputError.self) { try parseJSON(Array("{\"a\": 1} x".utf8), file: "a") }
    #expect(throws: InputError.self) { try parseJSON(Array("[1, 2,, 3]".utf8), file: "a") }
    // 600 MiB of zeros in 600 kB.
    try Folders.temporary { folder in
      let zeros = try Folders.run(
        "/bin/sh", ["-c", "head -c 629145600 /dev/zero | gzip -1 > '\(folder)/bomb.gz'"])
      #expect(zeros.status == 0)
      #expect(throws: InputError.self) { try readRawScan("\(folder)/bomb.gz", statement: ScanStatement()) }
    }
  }
}

/// Seeded numbers (SplitMix64).
private struct SplitMix {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
