// Torsions of Tinker's keyword files, read alone: the line that Tinker takes is the one that counts.

import Chemistry
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TinkerClassesTests {
  private func read(_ text: String, _ name: String) throws -> TorsionParameters {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      return try readTinkerTorsions("\(folder)/\(name)")
    }
  }

  private static let twice = """
    torsion 1 2 3 4  0.5 0.0 3
    torsion 5 6 6 5  0.1 0.0 2
    torsion 4 3 2 1  0.9 180.0 2

    """

  /// Of two lines for the same classes, read from either end, Tinker takes the first of a .prm and the last of a .key.
  @Test func theFirstOfAPrmAndTheLastOfAKeyCount() throws {
    let type = TorsionType("1", "2", "3", "4")
    let prm = try read(Self.twice, "x.prm")
    #expect(prm.terms[type] == [TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.5)])
    let key = try read(Self.twice, "x.KEY")
    #expect(key.terms[type] == [TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 0.9)])
    #expect(prm.terms.count == 2 && key.terms.count == 2)
  }

  /// What is read alone are the terms that a molecule gets: the fixture has an exact line twice.
  @Test func parametersAreThoseOfTheTopology() throws {
    let path = "\(TinkerTests.folder)/amber.prm"
    let topology = try TinkerTests.topology(["amber.prm"])
    let parameters = try readTinkerTorsions(path)
    #expect(topology.torsions.count == 18)
    for torsion in topology.torsions {
      let own = parameters.terms(for: topology.type(of: torsion.quartet))
      #expect(own == torsion.terms, "\(topology.type(of: torsion.quartet).label)")
    }
  }

  /// Exact classes before one wildcard, one before two; of two lines with one the one that stands first.
  @Test(arguments: [
    (["0 2 3 4", "1 2 3 0", "0 2 3 0", "1 2 3 4"], 3), (["0 2 3 0", "1 2 3 0", "0 2 3 4"], 1),
    (["0 2 3 0", "0 2 3 4", "1 2 3 0"], 1), (["4 3 2 0", "0 2 3 0"], 0), (["0 2 3 0"], 0),
  ])
  func wildcardsGiveWayInTinkersOrder(_ keys: [String], chosen: Int) throws {
    let text = keys.enumerated().map { "torsion \($1) \($0 + 1).0 0.0 1\n" }.joined()
    let terms = try read(text, "x.prm").terms(for: TorsionType("1", "2", "3", "4"))
    #expect(terms?.map(\.forceConstant) == [Double(chosen + 1)])
    #expect(try read(text, "x.prm").terms(for: TorsionType("1", "9", "3", "4")) == nil)
  }

  /// Amplitudes are in the file's torsionunit, wherever that stands; zeros fill a line up; of one periodicity the last counts.
  @Test func linesMeanWhatTinkerReads() throws {
    let type = TorsionType("1", "2", "3", "4")
    let terms = try read("torsion 1 2 3 4 0.6 0.0 1 0.0 0.0 0 -1.0D-1 1.8d2 3\nTORSIONUNIT 0.5\n", "x.key")
      .terms[type]
    #expect(terms?.map(\.periodicity) == [1, 3] && terms?.map(\.forceConstant) == [0.3, -0.05])
    #expect(terms?.map(\.phase) == [0, .pi])
    #expect(
      try read("torsion 1 2 3 4 0.6 0.0 1 0.7 0.0 1\n", "x.key").terms[type]?.map(\.forceConstant) == [0.7])
    let named = try read("# class 1 is c3\n# class 4 is hc\ntorsion 1 2 2 4 0.6 0.0 1\n", "x.key")
    #expect(named.terms.keys.map(\.label) == [TorsionType("c3", "2", "2", "hc").label])
  }

  @Test(arguments: [
    ("torsion 1 2 3 4 0.6 0.0 1 0.7\n", 1, "the line ends where a phase was expected"),
    (
      "\ntorsion 1 2 3 4 0.6 0.0 1 0.7 0.0 2 0.1 0.0 3 0.1 0.0 4 0.1 0.0 5 0.1 0.0 6 0.1 0.0 1\n", 2,
      "more than six terms on a line"
    ),
    ("torsion 1 2 3 -4 0.6 0.0 1\n", 1, "\"-4\" stands where 4 atom classes of 0 or more"),
    ("torsion 1 2 3 4 0x1 0.0 1\n", 1, "\"0x1\" stands where an amplitude"),
    ("torsion 1 2 3 4 0.6 0.0 1.5\n", 1, "\"1.5\" stands where a periodicity"),
    ("torsionunit much\ntorsion 1 2 3 4 0.6 0.0 1\n", 1, "\"much\" stands where a number"),
    ("torsionunit -1\ntorsion 1 2 3 4 0.6 0.0 1\n", 1, "a positive number was expected"),
    ("# class 1 is c3\n# class 1 is c4\n", 2, "the class 1 has another name further up"),
  ])
  func damageHasItsLine(_ text: String, line: Int, words: String) {
    let error = #expect(throws: InputError.self) { try read(text, "x.key") }
    #expect(
      error?.message.contains(words) == true && error?.place?.line == line, "\(error?.description ?? "")")
  }
}
