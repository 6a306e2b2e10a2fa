// LAMMPS data files and scripts against LAMMPS's own energies; what is refused; damaged files.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct LammpsTopologyTests {
  private static let folder = "\(MadeUpMolecule.folder)/lammps"

  private func read(_ name: String) throws -> LoadedTopology {
    try readTopology("\(Self.folder)/\(name).data", parameters: ["\(Self.folder)/\(name).in"])
  }

  /// A fixture with `from` replaced in one of its files.
  private func read(_ name: String, _ file: String, _ from: String, _ to: String) throws -> Topology {
    try Folders.temporary { folder in
      for suffix in ["data", "in", "settings"] {
        let path = "\(Self.folder)/\(name).\(suffix)"
        guard FileManager.default.fileExists(atPath: path) else { continue }
        var text = try readText(path)
        if suffix == file {
          let range = try #require(text.range(of: from), "\(from)")
          text.replaceSubrange(range, with: to)
        }
        try Folders.write(text, to: "\(folder)/\(name).\(suffix)")
      }
      return try readLammpsTopology("\(folder)/\(name).data", input: ["\(folder)/\(name).in"]).topology
    }
  }

  @Test(arguments: ["charmm", "opls", "class2"])
  func energiesEqualLammps(name: String) throws {
    let loaded = try read(name)
    #expect(try MadeUpMolecule.largestDifference(loaded.topology, "lammps \(name)") < 1e-10)
    #expect(loaded.files.count == (name == "opls" ? 3 : 2))
    // Rows stand in reverse in the file; the names are in the comments or labels.
    #expect(loaded.topology.atoms.map(\.type).prefix(4) == ["CT3", "C", "O", "NH1"])
    #expect(loaded.topology.atoms.map(\.element.symbol).joined() == "CCONCHHHHHHH")
  }

  @Test func aHybridPairStyleOfOneIsThatStyle() throws {
    let style = "lj/charmm/coul/charmm"
    let plain = try read("charmm").topology
    let hybrid = try Folders.temporary { folder in
      for suffix in ["data", "in"] {
        var text = try readText("\(Self.folder)/charmm.\(suffix)")
        text = text.replacingOccurrences(of: "pair_style \(style)", with: "pair_style hybrid \(style)")
        text = text.replacingOccurrences(of: "pair_coeff 3 6 ", with: "pair_coeff 3 6 \(style) ")
        if let start = text.range(of: "Pair Coeffs # \(style)\n\n"), suffix == "data" {
          let rows = text[start.upperBound...]
          let end = rows.range(of: "\n\n")?.lowerBound ?? rows.endIndex
          let named = rows[..<end].split(separator: "\n").map { row in
            let words = row.split(separator: " ", maxSplits: 1)
            return "\(words[0]) \(style) \(words[1])"
          }.joined(separator: "\n")
          text.replaceSubrange(start.lowerBound..<end, with: "Pair Coeffs # hybrid\n\n\(named)")
        }
        try Folders.write(text, to: "\(folder)/charmm.\(suffix)")
      }
      return try readLammpsTopology("\(folder)/charmm.data", input: ["\(folder)/charmm.in"]).topology
    }
    #expect(hybrid == plain)
    let two = #expect(throws: InputError.self) {
      try read(
        "charmm", "in", "pair_style \(style) 900 1000", "pair_style hybrid \(style) 900 1000 lj/cut 10")
    }
    #expect(two?.message.contains("more than one") == true)
  }

  @Test func scriptsSayMixingAndScaling() throws {
    let opls = try read("opls").topology
    #expect(opls.combinationRule == .geometric && abs(opls.coulombConstant - 332.06371 / 1.5) < 1e-12)
    #expect(opls.oneFourScalings == [OneFourScaling(coulombDivisor: 2, lennardJonesDivisor: 2)])
    // `set type 5 charge` comes after the data file.
    #expect(opls.atoms[8].charge == 0.29)
    let charmm = try read("charmm").topology
    #expect(charmm.combinationRule == .lorentzBerthelot && charmm.atoms[0].oneFourLennardJones != nil)
    #expect(charmm.oneFourScalings == [OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)])
    #expect(charmm.ureyBradleys.count > 0 && charmm.harmonicImpropers.map(\.angle) == [0, .pi])
    let amber = try read("class2").topology
    #expect(abs((amber.oneFourScalings.first?.coulombDivisor ?? 0) - 1.2) < 1e-14)
    // A torsion with the label has the script's terms, not the data file's.
    #expect(amber.torsions.contains { $0.terms.first?.forceConstant == 0.55 })
    // Dihedrals that are no chain of bonds are impropers wherever they stand.
    let moved = try read("charmm", "data", "\n1 1 6 1 2 3\n", "\n1 1 6 1 3 2\n")
    #expect(moved.impropers.count == 1)
  }

  @Test(arguments: [
    ("opls", "in", "units           real", "units metal", "units must be real"),
    ("opls", "in", "include opls.settings", "include gone.settings", "gone.settings"),
    ("opls", "in", "lj/cut/coul/cut", "lj/cut/coul/dsf", "dsf"),
    ("opls", "in", "500.0", "2.5", "cut-off"),
    ("opls", "in", "dielectric", "pair_modify shift yes\ndielectric", "shift"),
    ("opls", "in", "dielectric", "pair_modify mix sixthpower\ndielectric", "sixthpower"),
    ("opls", "in", "special_bonds lj/coul", "special_bonds angle yes lj/coul", "angle yes"),
    ("opls", "in", "fix 1 all nve", "fix 1 all restrain dihedral 1 2 3 4 0 0 0", "fix restrain"),
    ("opls", "in", "fix 1 all nve", "fix 1 all cmap x", "torsions fitted without them"),
    ("opls", "in", "fix 1 all nve", "neigh_modify exclude type 1 1", "exclude"),
    ("opls", "in", "fix 1 all nve", "frobnicate", "frobnicate"),
    ("opls", "in", "fix 1 all nve", "if \"1 > 0\" then \"pair_coeff 1 1 0 0\"", "conditions"),
    ("opls", "in", "read_data opls.data", "read_data other.data", "other.data"),
    ("opls", "in", "atom_style      full", "atom_style template", "template"),
    ("opls", "in", "angle_style harmonic", "angle_style cosine", "cosine"),
    ("opls", "in", "dihedral_style hybrid", "dihedral_style helix", "helix"),
    ("opls", "settings", "opls 1.3", "helix 1.3", "helix"),
    ("opls", "settings", "2 180 0.0", "2 180 0.5", "weights"),
    ("opls", "settings", "2 180 0.0", "7 180 0.0", "periodicity 7"),
    ("opls", "settings", "12.5 180.0", "12.5 35.0", "35"),
    ("opls", "settings", "improper_coeff 1 cvff 10.5 -1 2", "", "improper type 1"),
    ("opls", "settings", "pair_coeff * * 0.08 3.1", "", "pair coefficients"),
    ("opls", "settings", "37.5 108.75", "${k} 108.75", "${k}"),
    ("opls", "settings", "0.17 2.96", "0.17 2.96 2.0", "cut-off"),
    ("opls", "data", "6 1.008 # HA", "6 14.027 # CH2", "united"),
    ("opls", "data", "12 atoms", "13 atoms", "13"),
    ("opls", "data", "Velocities", "Velocity", "Velocity"),
    ("opls", "data", "1 1 1 2\n", "1 1 1 77\n", "atom 77"),
    ("class2", "data", "class2 0 110 109", "class2 0.3 110 109", "cross terms"),
    ("class2", "data", "4 NH1", "4 O", "second atom type"),
    ("charmm", "in", "special_bonds charmm", "special_bonds amber", "special_bonds charmm"),
    ("charmm", "data", "Angle Coeffs # charmm", "Angle Coeffs # harmonic", "harmonic"),
  ])
  func whatIsRefused(_ change: (name: String, file: String, from: String, to: String, word: String)) throws {
    let error = #expect(throws: InputError.self) {
      try read(change.name, change.file, change.from, change.to)
    }
    #expect(error?.description.contains(change.word) == true, "\(error?.description ?? "")")
    #expect(error?.place?.file != nil)
  }

  @Test func aDataFileAloneIsNotEnough() {
    let error = #expect(throws: InputError.self) { try readTopology("\(Self.folder)/opls.data") }
    #expect(error?.hint?.contains("--topology-parameters") == true)
  }

  @Test(arguments: ["charmm", "opls", "class2"])
  func damagedFilesNeverTrap(name: String) throws {
    let data = try readText("\(Self.folder)/\(name).data")
    for text in MadeUpMolecule.damaged(data) {
      do {
        let topology = try lammpsMolecule(text, file: "\(name).data", input: ["\(Self.folder)/\(name).in"])
          .topology
        #expect(MadeUpMolecule.isSound(topology))
      } catch let error as InputError { #expect(error.place != nil) }
    }
    try Folders.temporary { folder in
      if name == "opls" {
        try Folders.write(try readText("\(Self.folder)/opls.settings"), to: "\(folder)/opls.settings")
      }
      for text in MadeUpMolecule.damaged(try readText("\(Self.folder)/\(name).in")) {
        try Folders.write(text, to: "\(folder)/\(name).in")
        do {
          let topology = try lammpsMolecule(data, file: "\(name).data", input: ["\(folder)/\(name).in"])
            .topology
          #expect(MadeUpMolecule.isSound(topology))
        } catch is InputError {}
      }
    }
  }

  // MARK: Writing

  private func written(_ topology: Topology, style: LammpsDihedralStyle) throws -> Topology {
    let texts = try lammpsTopology(
      topology, name: "m", coordinates: MadeUpMolecule.frames()[0], header: ["a header"], dihedralStyle: style
    )
    #expect(texts.map(\.suffix) == [".data", ".in"] && texts.allSatisfy { $0.text.contains("# a header\n") })
    return try Folders.temporary { folder in
      for (suffix, text) in texts { try Folders.write(text, to: "\(folder)/m\(suffix)") }
      return try readTopology("\(folder)/m.data", parameters: ["\(folder)/m.in"]).topology
    }
  }

  @Test(arguments: ["charmm", "opls", "class2", "psf"], LammpsDihedralStyle.allCases)
  func writtenFilesSayTheSame(name: String, style: LammpsDihedralStyle) throws {
    let topology = name == "psf" ? try CharmmTopologyTests.molecule() : try read(name).topology
    if style == .charmm, name == "class2" || name == "psf" {
      let error = #expect(throws: InputError.self) { try written(topology, style: style) }
      #expect(error?.message.contains("whole degrees") == true && error?.hint?.contains("fourier") == true)
      return
    }
    let back = try written(topology, style: style)
    #expect(try MadeUpMolecule.largestDifference(topology, back) < 1e-9)
    #expect(back.atoms.map(\.type) == topology.atoms.map(\.type))
    #expect(back.oneFourScalings.count == topology.oneFourScalings.count)
  }

  @Test func pairsThatBondsDoNotTellAreRefused() throws {
    var topology = try read("class2").topology
    topology.pairs.removeLast()
    #expect(throws: InputError.self) { try written(topology, style: .fourier) }
    topology = try read("class2").topology
    topology.pairs[3].coulomb *= 1.01
    #expect(throws: InputError.self) { try written(topology, style: .fourier) }
    // One pair with a Lennard-Jones energy of its own is a pair_coeff line, its atoms types of their own.
    topology = try read("class2").topology
    topology.pairs[3].repulsion *= 1.1
    #expect(try MadeUpMolecule.largestDifference(topology, written(topology, style: .fourier)) < 1e-9)
  }

  @Test func labelsLeadParametersToTheirTypes() throws {
    let topology = try readTopology("\(Folders.root)/families/alkanes/molecules/butane.prmtop").topology
    let type = TorsionType("c3", "c3", "c3", "c3")
    let term = FittedTerm(
      term: TorsionTerm(periodicity: 3, phase: 0.25, forceConstant: 0.75), sd: 0.1, interval90: 0.5...1,
      contraction: nil, flags: [])
    var forceField = FittedForceField(
      family: "f", version: "0", oneFourScalings: topology.oneFourScalings,
      torsions: [
        FittedTorsion(type: type, terms: [term], molecules: 1),
        FittedTorsion(type: TorsionType("zz", "c3", "c3", "zz"), terms: [term], molecules: 1),
      ])
    let texts = try lammpsTopology(
      topology, name: "m", coordinates: topology.atoms.indices.map { Vector3(Double($0), 0, 0) }, header: [])
    let read = try Folders.temporary { folder in
      try Folders.write(texts[0].text, to: "\(folder)/m.data")
      try Folders.write(
        texts[1].text.replacingOccurrences(of: "thermo_style", with: "include f.lmp\nthermo_style"),
        to: "\(folder)/m.in")
      try Folders.write(try lammpsParameters(forceField), to: "\(folder)/f.lmp")
      return try readTopology("\(folder)/m.data", parameters: ["\(folder)/m.in"]).topology
    }
    let fitted = read.torsions.filter { read.type(of: $0.quartet) == type }.flatMap(\.terms)
    #expect(fitted.map(\.forceConstant) == [0.75] && abs((fitted.first?.phase ?? 0) - 0.25) < 1e-9)
    #expect(read.torsions.count == topology.torsions.count)
    forceField.torsions[0].type = TorsionType("2C", "c3", "c3", "c3")
    #expect(throws: InputError.self) { try lammpsParameters(forceField) }
  }
}
