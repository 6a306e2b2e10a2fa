// What a format cannot say is refused before a file is written, with the atoms and a format that can.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

/// A molecule with something that some formats have no form of.
struct Unwritable: Sendable, CustomTestStringConvertible {
  var format: ParameterFormat
  var what: String
  /// Part of the message.
  var words: String
  /// Part of the hint; empty where the message says it all.
  var hint: String
  var change: @Sendable (inout Topology) -> Void

  init(
    _ format: ParameterFormat, _ what: String, _ words: String, hint: String = "",
    change: @escaping @Sendable (inout Topology) -> Void
  ) {
    (self.format, self.what, self.words, self.hint, self.change) = (format, what, words, hint, change)
  }

  var testDescription: String { "\(format): \(what)" }

  // Changes that several formats refuse.
  private static let noMass: @Sendable (inout Topology) -> Void = {
    $0.atoms[0].element = Element(symbol: "Og") ?? $0.atoms[0].element
  }
  private static let repelsAlone: @Sendable (inout Topology) -> Void = { topology in
    for index in topology.pairs.indices.suffix(1) { topology.pairs[index].dispersion = 0 }
  }
  private static let strayUreyBradley: @Sendable (inout Topology) -> Void = {
    $0.ureyBradleys = [HarmonicBond(i: 0, j: 13, forceConstant: 5, length: 3)]
  }
  private static let tiltedImproper: @Sendable (inout Topology) -> Void = {
    $0.harmonicImpropers = [HarmonicImproper(Quartet(0, 1, 4, 5), forceConstant: 5, angle: 35 * Units.degree)]
  }
  private static let twoScalings: @Sendable (inout Topology) -> Void = {
    $0.oneFourScalings.append(OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1))
  }
  private static let noLennardJones: @Sendable (inout Topology) -> Void = { $0.atoms[3].lennardJones = nil }
  private static let missingPair: @Sendable (inout Topology) -> Void = { $0.pairs.removeLast() }
  private static let otherCharge: @Sendable (inout Topology) -> Void = { topology in
    let last = topology.pairs.lastIndex { !$0.isOneFour } ?? 0
    topology.pairs[last].coulomb += 1
  }

  static let all: [Unwritable] = [
    Unwritable(
      .amber, "harmonic impropers", "cannot say harmonic impropers", hint: "openmm", change: tiltedImproper),
    Unwritable(
      .amber, "Urey-Bradley", "cannot say Urey-Bradley terms", hint: "charmm", change: strayUreyBradley),
    Unwritable(.amber, "long types", "the atom type \"carbon\": types have at most four", hint: "gromacs") {
      $0.atoms[0].type = "carbon"
    },
    Unwritable(.amber, "no mass", "the mass of Og", change: noMass),
    Unwritable(.amber, "an odd pair", "interact otherwise than other atoms of the types", hint: "openmm") {
      topology in
      let last = topology.pairs.lastIndex { !$0.isOneFour } ?? 0
      topology.pairs[last].repulsion *= 2
    },
    Unwritable(.amber, "an odd 1-4 pair", "is not a scaled ordinary pair", hint: "charmm") { topology in
      let first = topology.pairs.firstIndex(where: \.isOneFour) ?? 0
      topology.pairs[first].repulsion *= 2
    },
    Unwritable(.amber, "a far 1-4 pair", "are a 1-4 pair but not three bonds apart", hint: "openmm") {
      topology in
      let last = topology.pairs.lastIndex { !$0.isOneFour } ?? 0
      topology.pairs[last].isOneFour = true
    },
    Unwritable(.gromacs, "no mass", "Swivel has none for Og", hint: "another format", change: noMass),
    Unwritable(.gromacs, "repulsion alone", "repel or attract each other alone", change: repelsAlone),
    Unwritable(.gromacs, "a pair twice", "is listed twice") { $0.pairs.append($0.pairs[0]) },
    Unwritable(.openmm, "no mass", "is Og, for which Swivel has no mass", change: noMass),
    Unwritable(.openmm, "repulsion alone", "only one of repulsion and dispersion", change: repelsAlone),
    Unwritable(.charmm, "two scalings", "2 different scalings: CHARMM has one", change: twoScalings),
    Unwritable(
      .charmm, "no Lennard-Jones", "no Lennard-Jones parameters of the atom", change: noLennardJones),
    Unwritable(.charmm, "a missing pair", "does not interact although it is not near", change: missingPair),
    Unwritable(.charmm, "a charge of its own", "is not that of its charges", change: otherCharge),
    Unwritable(.charmm, "repulsion alone", "only attracts or only repels, which CHARMM", change: repelsAlone),
    Unwritable(
      .charmm, "a stray Urey-Bradley", "between atoms that are no angle's ends", change: strayUreyBradley),
    Unwritable(.charmm, "two phases", "two phases at one periodicity") {
      $0.torsions[0].terms = [0, 0.3].map { TorsionTerm(periodicity: 2, phase: $0, forceConstant: 1) }
    },
    Unwritable(.charmm, "a constant", "a constant part (only the zero of energy)") {
      $0.torsions[0].terms = [TorsionTerm(periodicity: 0, phase: 0, forceConstant: 0.7)]
    },
    Unwritable(.charmm, "a pair that bonds do not tell", "interacts otherwise than its bonds say") {
      topology in
      let last = topology.pairs.lastIndex { !$0.isOneFour } ?? 0
      topology.pairs[last].isOneFour = true
    },
    Unwritable(.lammps, "no mass", "the mass of Og is not known", change: noMass),
    Unwritable(.lammps, "a tilted improper", "takes the angle without its sign", change: tiltedImproper),
    Unwritable(.lammps, "a stray Urey-Bradley", "which LAMMPS cannot say", change: strayUreyBradley),
    Unwritable(.lammps, "two scalings", "LAMMPS has one", change: twoScalings),
    Unwritable(.lammps, "repulsion alone", "only attracts or only repels, which LAMMPS", change: repelsAlone),
    Unwritable(.tinker, "a bond twice", "two bond terms on the same atoms") { $0.bonds.append($0.bonds[0]) },
    Unwritable(.tinker, "an angle off the bonds", "an angle off the bonds", hint: "another format") {
      $0.angles[0].i = ($0.angles[0].i + 5) % 14
    },
    Unwritable(.tinker, "a stray Urey-Bradley", "that belongs to no single angle", change: strayUreyBradley),
    Unwritable(.tinker, "a constant", "a constant or a periodicity of a torsion") {
      $0.torsions[0].terms = [TorsionTerm(periodicity: 0, phase: 0, forceConstant: 0.7)]
    },
    Unwritable(.tinker, "a torsion off the bonds", "a torsion that does not follow the bonds") {
      $0.torsions[0].quartet = Quartet(4, 0, 3, 13)
    },
    Unwritable(.tinker, "an improper without a centre", "whose centre is not the third") {
      $0.impropers = [
        Torsion(Quartet(0, 1, 2, 3), terms: [TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 1)])
      ]
    },
    Unwritable(.tinker, "a tilted improper", "whose angle is neither 0 nor 180°", change: tiltedImproper),
    Unwritable(.tinker, "a missing pair", "is left out, other than in Tinker", change: missingPair),
    Unwritable(.tinker, "a charge of its own", "is not that of its charges", change: otherCharge),
    Unwritable(.tinker, "a divisor of its own", "Tinker has one divisor of 1 or more") { topology in
      let first = topology.pairs.firstIndex { $0.isOneFour && abs($0.coulomb) > 1e-3 } ?? 0
      topology.pairs[first].coulomb *= 0.5
    },
    Unwritable(.tinker, "repulsion alone", "only one of repulsion and dispersion", change: repelsAlone),
    Unwritable(.smirnoff, "impropers", "an improper in one order of its atoms", hint: "openmm or gromacs") {
      $0.impropers = [
        Torsion(Quartet(0, 1, 2, 3), terms: [TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 1)])
      ]
    },
    Unwritable(
      .smirnoff, "harmonic impropers", "SMIRNOFF cannot say harmonic impropers", change: tiltedImproper),
    Unwritable(.smirnoff, "Urey-Bradley", "Urey-Bradley terms", change: strayUreyBradley),
    Unwritable(.smirnoff, "geometric means", "the geometric combination rule") {
      $0.combinationRule = .geometric
    },
    Unwritable(.smirnoff, "two scalings", "more than one 1-4 scaling", change: twoScalings),
    Unwritable(
      .smirnoff, "a missing pair", "do not interact, which SMIRNOFF cannot say", change: missingPair),
    Unwritable(.smirnoff, "a charge of its own", "than their own parameters combine to", change: otherCharge),
    Unwritable(.smirnoff, "alike and unlike", "have other parameters than atoms that look alike") {
      $0.bonds[0].forceConstant += 20
    },
  ]
}

@Suite struct WriterRefusalTests {
  @Test(arguments: Unwritable.all) func isRefused(_ one: Unwritable) throws {
    var topology = try readAmberTopology(AmberTopologyTests.butane)
    let coordinates = latticeCoordinates(topology.atoms.count, seed: 1)
    // Before the change the format can say the molecule: it is the change that is refused.
    _ = try one.format.completeTopology(topology, name: "butane", coordinates: coordinates, header: [])
    one.change(&topology)
    let error = #expect(throws: InputError.self) {
      try one.format.completeTopology(topology, name: "butane", coordinates: coordinates, header: [])
    }
    #expect(error?.message.contains(one.words) == true, "\(error?.description ?? "")")
    #expect(one.hint.isEmpty || error?.hint?.contains(one.hint) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [ParameterFormat.gromacs, .openmm, .charmm, .lammps, .tinker])
  func positionsThatAreMissingAreCounted(format: ParameterFormat) throws {
    let topology = try readAmberTopology(AmberTopologyTests.butane)
    let error = #expect(throws: InputError.self) {
      try format.completeTopology(
        topology, name: "x", coordinates: latticeCoordinates(13, seed: 1), header: [])
    }
    #expect(error?.message.contains("13 ") == true && error?.message.contains("14 atoms") == true)
  }

  @Test func moleculesThatFitIntoNoBoxAreRefused() throws {
    let topology = try readAmberTopology(AmberTopologyTests.butane)
    let error = #expect(throws: InputError.self) {
      try gromacsTopology(
        topology, name: "x", coordinates: latticeCoordinates(14, seed: 1).map { 1e6 * $0 }, header: [])
    }
    #expect(error?.message.contains("too large for a .gro file") == true, "\(error?.description ?? "")")
  }

  /// Force fields of fitted torsions: what no format of parameters has, and what single ones have not.
  @Test(arguments: ParameterFormat.oneAPackage) func parametersThatAreNoneAreRefused(format: ParameterFormat) {
    func error(_ change: (inout FittedForceField) -> Void) -> InputError? {
      var forceField = ParameterAuditTests.made()
      change(&forceField)
      return #expect(throws: InputError.self) { try format.text(of: forceField) }
    }
    for value in [1e9, -1e7, .infinity, .nan] {
      let huge = error { $0.torsions[0].terms[0].term.forceConstant = value }
      #expect(huge?.message.contains("beyond a million") == true && huge?.hint?.contains("units") == true)
      let turned = error { $0.torsions[0].terms[0].term.phase = value }
      #expect(turned?.message.contains("a force constant or a phase") == true)
    }
    for n in [0, 7, -1] {
      let other = error { $0.torsions[0].terms[0].term.periodicity = n }
      #expect(other?.message.contains("c3-c3-c3-c3 has the periodicities [\(n), 2, 3]") == true)
    }
    let twice = error { $0.torsions[0].terms[0].term.periodicity = 3 }
    #expect(twice?.hint?.contains("one of free phase") == true)
    // A SMARTS that atom types cannot spell out.
    guard format != .smirnoff, let smarts = TorsionType(smarts: "[#1:1]-[#6:2]-[#6X4:3]-[*:4]") else {
      return
    }
    let pattern = error { $0.torsions[0].type = smarts }
    #expect(pattern?.message.contains("a format that goes by atom types cannot say that") == true)
    #expect(pattern?.hint?.contains("export to smirnoff") == true)
  }

  @Test(arguments: [
    (ParameterFormat.amber, "CT1", "does not fit into a frcmod", "openmm or gromacs"),
    (.amber, "c-", "does not fit into a frcmod", "openmm or gromacs"),
    (.charmm, "TOOLONGNAME", "does not fit into a CHARMM parameter file", "eight characters"),
    (.charmm, "BOND1", "does not fit into a CHARMM parameter file", "neither X nor a number"),
    (.gromacs, "136", "is a number, which grompp takes", "begin with a letter"),
    (.lammps, "2C", "2C", ""), (.smirnoff, "zz", "no SMARTS tells atoms of the type zz", ""),
  ]) func typesThatDoNotFitAreNamed(_ format: ParameterFormat, type: String, words: String, hint: String) {
    var forceField = ParameterAuditTests.made()
    forceField.torsions[0].type = TorsionType(type, "c3", "c3", "c3")
    let error = #expect(throws: InputError.self) { try format.text(of: forceField) }
    #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    #expect(hint.isEmpty || error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test func tinkerHasAThousandClasses() {
    let forceField = ParameterAuditTests.made()
    let error = #expect(throws: InputError.self) {
      try tinkerParameters(forceField, classes: ["c3": 1, "hc": 2, "os": 1000])
    }
    #expect(error?.message == "the atom type os has no Tinker class from 1 to 999")
    #expect(error?.hint?.contains("take names") == true)
  }

  @Test(arguments: [
    ("gromcas", "no format is called \"gromcas\"", "did you mean gromacs?"),
    ("amber,foo-bar", "no format is called \"foo-bar\"", "there are amber, gromacs"),
    (" , ", "no format is called", "there are"), ("", "no format is named", "there are amber"),
  ]) func formatsThatAreNoneAreNamed(_ names: String, words: String, hint: String) {
    let error = #expect(throws: InputError.self) { try ParameterFormat.list(names) }
    #expect(
      error?.message.contains(words) == true && error?.hint?.contains(hint) == true,
      "\(error?.description ?? "")")
  }
}
