// CHARMM's atom types have no case: one rule, wherever parameters of other files meet a PSF.

import Chemistry
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TypeSpellingTests {
  private static let folder = "\(Folders.root)/Tests/Fixtures/charmm"
  private static let files = ["base.rtf", "base.prm", "more.str"].map { "\(folder)/\($0)" }

  @Test func namesAreSpelledAsOthersAre() throws {
    #expect(try respelled(["CT3", "C", "O"], like: ["ct3", "c", "os"]) == ["ct3", "c", "O"])
    #expect(try respelled(["ct3"], like: []) == ["ct3"])
    let error = #expect(throws: InputError.self) { try respelled(["CT3"], like: ["ct3", "Ct3"]) }
    #expect(error?.message.contains("Ct3 and ct3") == true && error?.hint != nil)
  }

  /// The same parameters in capitals and in small letters give one topology, by `energy` and by `apply`.
  @Test func parametersOfAnyCaseApply() throws {
    let topology = try readTopology("\(Self.folder)/nma.psf", parameters: Self.files).topology
    #expect(topology.ignoresCase)
    let own = TorsionType("CT3", "C", "NH1", "CT3")
    let small = TorsionType("ct3", "c", "nh1", "ct3")
    let term = TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 1.75)
    let capitals = TorsionParameters([own: [term]])
    let letters = TorsionParameters([small: [term]])
    let wanted = capitals.applied(to: topology)
    #expect(wanted.torsions != topology.torsions)
    #expect(letters.applied(to: topology).torsions == topology.torsions)
    let respelled = letters.applied(to: try topology.spelled(like: letters.namedTypes))
    #expect(respelled.torsions == wanted.torsions)
    let applicable = try ApplicableTopology("\(Self.folder)/nma.psf", companions: Self.files)
    #expect(
      try applicable.applying(letters).count(.replaced) == applicable.applying(capitals).count(.replaced))
    #expect(try applicable.applying(letters).isMatched)
    // Other formats tell them apart.
    var amber = topology
    amber.ignoresCase = false
    #expect(try amber.spelled(like: letters.namedTypes) == amber)
  }
}
