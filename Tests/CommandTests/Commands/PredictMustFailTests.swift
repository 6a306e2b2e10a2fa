// Predictions that cannot be made of a molecule's dihedral, and fits that have nothing to fit.

import Foundation
import Support
import Testing

@Suite struct PredictMustFailTests {
  private static let butane = "families/small/molecules/butane.prmtop"
  private static let scan = "families/small/scans/butane-0-1-2-3.extxyz"

  private func line(_ dihedral: String, topology: String = butane, coordinates: String = scan) -> String {
    "predict reports/small --topology \(topology) --coordinates \(coordinates) --dihedral \(dihedral)"
  }

  @Test func dihedralsThatNothingTurnsAreNamed() throws {
    try SmallReport.with { report in
      for (dihedral, words) in [
        ("0 1 2 99", "--dihedral 0 1 2 99 is not four of the atoms 0 … 13"),
        ("0 1 2 2", "--dihedral 0 1 2 2 is not four of the atoms 0 … 13"),
        ("0 1 x 3", "--dihedral 0 1 -1 3 is not four of the atoms 0 … 13"),
      ] {
        try report.refusal(line(dihedral), words, hint: "atoms are counted from 0, in the topology's order")
      }
      try report.refusal(
        line("0 2 1 3"), "the atoms of --dihedral are not bonded one to the next",
        hint: "`swivel inspect` lists the bonds")
      #expect(try report.run("inspect \(Self.butane)").status == 0)
      let biaryls = "\(Folders.root)/families/biaryls"
      let ring = try #require(
        try FileManager.default.contentsOfDirectory(atPath: "\(biaryls)/scans").sorted().first {
          $0.hasPrefix("2-2-bipyridine")
        })
      // Two neighbours within a ring, found from the topology's bonds.
      let inspected = try report.run("inspect \(biaryls)/molecules/2-2-bipyridine.prmtop --json")
      #expect(inspected.status == 0, "\(inspected.errors)")
      let driven = try #require(ring.firstMatch(of: /-(\d+)-(\d+)-(\d+)-(\d+)\.extxyz/))
      // The driven bond joins the rings; one end and its neighbours lie in one.
      let chain = "\(driven.3) \(driven.4)"
      let neighbours = try ringChain(startingWith: chain, in: "\(biaryls)/scans/\(ring)")
      try report.refusal(
        line(
          neighbours, topology: "\(biaryls)/molecules/2-2-bipyridine.prmtop", coordinates: "\(biaryls)/scans/\(ring)"),
        "is in a ring and cannot be turned", hint: "give a scan with --scan")
    }
  }

  /// Four atoms in a row of a ring, by distances in the first frame.
  private func ringChain(startingWith pair: String, in scan: String) throws -> String {
    let lines = try String(contentsOfFile: scan, encoding: .utf8).split(separator: "\n")
    let count = try #require(Int(lines[0]))
    let atoms = lines[2..<(2 + count)].map { line in
      let words = line.split(separator: " ")
      return (symbol: String(words[0]), place: words[1...3].compactMap { Double($0) })
    }
    func isBonded(_ a: Int, _ b: Int) -> Bool {
      let square = zip(atoms[a].place, atoms[b].place).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return a != b && square < 1.6 * 1.6 && atoms[a].symbol != "H" && atoms[b].symbol != "H"
    }
    var chain = pair.split(separator: " ").compactMap { Int($0) }
    while chain.count < 4 {
      let next = try #require(atoms.indices.first { isBonded($0, chain[chain.count - 1]) && !chain.contains($0) })
      chain.append(next)
    }
    return chain.map(String.init).joined(separator: " ")
  }

  @Test func atomsOnALineTurnAboutNothing() throws {
    try SmallReport.with { report in
      let text = try String(contentsOfFile: "\(report.folder)/\(Self.scan)", encoding: .utf8)
      var frame = text.split(separator: "\n").prefix(16).map { $0.split(separator: " ").map(String.init) }
      // The fourth carbon behind the second and the third, on their line.
      frame[3][1...3] = ["0.0", "0.0", "0.0"]
      frame[4][1...3] = ["1.5", "0.0", "0.0"]
      frame[5][1...3] = ["3.0", "0.0", "0.0"]
      let atoms = frame[2...].map { $0.prefix(4).joined(separator: " ") }
      try Folders.write("14\nflat\n\(atoms.joined(separator: "\n"))\n", to: "\(report.folder)/flat.xyz")
      try report.refusal(
        line("0 1 2 3", coordinates: "flat.xyz"),
        "flat.xyz: three atoms of --dihedral lie on a line, about which nothing turns",
        hint: "give another dihedral about a bond that turns")
    }
  }

  @Test func fitsOfNothingAreRefused() throws {
    try SmallReport.with { report in
      try report.refusal(
        "fit small --hold-out butane pentane", "no scan is left to fit", hint: "hold out fewer molecules")
      for name in ["butane-0-1-2-3", "butane-4-0-1-2", "pentane-0-1-2-3"] {
        let path = "\(report.folder)/families/small/scans/\(name).extxyz"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let bare = text.replacing(":forces:R:3", with: "").split(separator: "\n").map { line -> Substring in
          let words = line.split(separator: " ")
          return words.count == 7 && words[0].count <= 2 ? words.prefix(4).joined(separator: " ")[...] : line
        }
        try Folders.write(bare.joined(separator: "\n") + "\n", to: path)
      }
      try report.refusal(
        "fit small --likelihood energy+forces", "forces were asked for, and no scan has any",
        hint: "or --likelihood energy")
      let energies = try report.run(
        "fit small --likelihood energy --every 4 --rounds 0 --draws 60 --chains 2 --warmup 40 --quiet")
      #expect([0, 3].contains(energies.status), "\(energies.errors)")
      try report.refusal(
        "fit small --every 24 --likelihood energy", "grid point of scans of at most 24 leaves no scan two",
        hint: "try a smaller --every")
      try report.change(
        "families/small/family.yaml", "molecules:\n", "torsions:\n  - types: [os, c3, c3, os]\nmolecules:\n")
      try report.refusal(
        "fit small --likelihood energy", "no torsion type is fitted", hint: "`swivel inspect` lists their types")
    }
  }

  @Test func oneFileForSeveralIsRefused() throws {
    try Folders.temporary { folder in
      let source = "\(Folders.root)/Tests/Fixtures/lammps"
      for name in ["opls.data", "opls.in", "opls.settings"] {
        try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(folder)/\(name)")
      }
      let dry = ["apply", "opls.data", "opls.in", "-p", "own.frcmod"]
      try Folders.write("own\nDIHE\nX -C -NH1-X    1    0.70   0.0   2.0\n\n", to: "\(folder)/own.frcmod")
      let listed = try Folders.run(swivelPath, dry + ["-n"], in: folder)
      #expect(listed.status == 0, "\(listed.errors)")
      let outcome = try Folders.run(swivelPath, dry + ["--output", "new.data"], in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains("new.data: is one file, and "), "\(outcome.errors)")
      #expect(outcome.errors.contains("opls.data") && outcome.errors.contains("opls.settings"), "\(outcome.errors)")
      #expect(outcome.errors.contains("hint: give a folder to --output"), "\(outcome.errors)")
      let both = try Folders.run(swivelPath, dry + ["--output", "new"], in: folder)
      #expect(
        both.status == 0 && FileManager.default.fileExists(atPath: "\(folder)/new/opls.settings"), "\(both.errors)")
    }
  }
}
