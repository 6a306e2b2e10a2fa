// Bespoke files that cannot be: what a molecule has that types of its own do not say, in words, with another way.

import Chemistry
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct BespokeMustFailTests {
  private func molecule(_ change: (inout Topology) -> Void = { _ in }, name: String = "ligand") throws
    -> BespokeMolecule
  {
    var topology = try readTopology(
      "\(Folders.root)/families/amides/molecules/n-methylacetamide.prmtop"
    ).topology
    change(&topology)
    return BespokeMolecule(
      name: name, topology: topology, coordinates: latticeCoordinates(topology.atoms.count, seed: 2),
      parameters: ApplyTests.parameters(for: topology, seed: 3))
  }

  private func refusal(
    _ format: ParameterFormat, _ molecules: [BespokeMolecule], prefix: String = "Z"
  ) -> InputError? {
    #expect(throws: InputError.self) { try format.bespokeFiles(molecules, prefix: prefix, header: []) }
  }

  /// A change of the topology, the formats that cannot say it, and words.
  struct Case: Sendable, CustomTestStringConvertible {
    var format: ParameterFormat
    var words: String
    var hint: String
    var change: @Sendable (inout Topology) -> Void
    var testDescription: String { "\(format): \(words)" }

    init(
      _ format: ParameterFormat, _ words: String, hint: String,
      change: @escaping @Sendable (inout Topology) -> Void
    ) {
      (self.format, self.words, self.hint, self.change) = (format, words, hint, change)
    }
  }

  private static let ureyBradley: @Sendable (inout Topology) -> Void = { topology in
    topology.ureyBradleys = [HarmonicBond(i: 0, j: 2, forceConstant: 5, length: 2.5)]
  }
  private static let geometric: @Sendable (inout Topology) -> Void = { $0.combinationRule = .geometric }
  private static let oddPair: @Sendable (inout Topology) -> Void = { topology in
    let last = topology.pairs.lastIndex { !$0.isOneFour } ?? 0
    topology.pairs[last].repulsion *= 2
    topology.pairs[last].dispersion *= 2
  }
  private static let secondImproper: @Sendable (inout Topology) -> Void = {
    $0.impropers.append($0.impropers[0])
  }

  @Test(arguments: [
    Case(.amber, "do not go into a bespoke frcmod", hint: "write gromacs", change: ureyBradley),
    Case(.openmm, "do not go into a bespoke OpenMM xml", hint: "`swivel apply`", change: ureyBradley),
    Case(.amber, "combine by geometric means", hint: "write gromacs", change: geometric),
    Case(.openmm, "combine by geometric means", hint: "write gromacs", change: geometric),
    Case(.amber, "pairs", hint: "", change: oddPair),
    Case(
      .openmm, "has pairs with Lennard-Jones parameters of their own", hint: "write gromacs", change: oddPair),
    Case(.amber, "impropers", hint: "", change: secondImproper),
    Case(.openmm, "has two impropers at an atom", hint: "`swivel apply`", change: secondImproper),
    Case(.openmm, "for which Swivel has no mass", hint: "") { $0.atoms[0].element = Element(symbol: "Og")! },
    Case(.amber, "masses of", hint: "") { $0.atoms[0].element = Element(symbol: "Og")! },
  ]) func whatTypesDoNotSayIsRefused(_ one: Case) throws {
    // Without the change the molecule can be written.
    _ = try one.format.bespokeFiles([molecule()], prefix: "Z", header: [])
    let error = refusal(one.format, [try molecule(one.change)])
    #expect(error?.message.contains(one.words) == true, "\(error?.description ?? "")")
    #expect(one.hint.isEmpty || error?.hint?.contains(one.hint) == true, "\(error?.description ?? "")")
  }

  @Test func prefixesOfAmberAreOneCharacter() throws {
    let error = refusal(.amber, [try molecule()], prefix: "ZZ")
    #expect(
      error?.message.contains("\"ZZ\" leaves no room") == true && error?.hint?.contains("one letter") == true)
  }

  @Test func moleculesMustAgree() throws {
    let other = try molecule(
      { topology in
        topology.combinationRule = .geometric
        topology.oneFourScalings = [OneFourScaling(coulombDivisor: 2, lennardJonesDivisor: 2)]
      }, name: "other")
    let rules = refusal(.gromacs, [try molecule(), other])
    #expect(
      rules?.message.contains("by different rules") == true && rules?.hint == "choose some with --molecules")
    // The same pairs under another scaling.
    let scaled = try molecule(
      { topology in
        let own = topology.oneFourScalings[0]
        for index in topology.pairs.indices where topology.pairs[index].isOneFour {
          topology.pairs[index].coulomb *= own.coulombDivisor / 2
          topology.pairs[index].repulsion *= own.lennardJonesDivisor / 4
          topology.pairs[index].dispersion *= own.lennardJonesDivisor / 4
        }
        topology.oneFourScalings = [OneFourScaling(coulombDivisor: 2, lennardJonesDivisor: 4)]
      }, name: "other")
    let scalings = refusal(.openmm, [try molecule(), scaled])
    #expect(
      scalings?.message.contains("scale 1-4 pairs differently") == true, "\(scalings?.description ?? "")")
    #expect(refusal(.amber, [try molecule(), scaled])?.message.contains("the 1-4 pairs") == true)
  }

  @Test func everyAtomNeedsAPlace() throws {
    var moved = try molecule()
    moved.coordinates.removeLast()
    #expect(refusal(.amber, [moved])?.message == "ligand has no position for each atom")
  }

  @Test func typesMustFitIntoTwoCharacters() throws {
    let crowded = try (0..<8).map { number in
      try molecule(
        { topology in
          for index in topology.atoms.indices { topology.atoms[index].type = "\(number)\(index)" }
        }, name: "m\(number)")
    }
    let error = refusal(.amber, crowded)
    #expect(
      error?.message.contains("a frcmod has room for") == true && error?.hint?.contains("--molecules") == true
    )
  }
}
