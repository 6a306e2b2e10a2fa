// Torsions by SMARTS: which they are, and what is said of patterns and structures that do not fit. `make smarts` builds RDKit's side.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct SMARTSTests {
  private let butane = Alkane(carbons: 4).topology

  private func matched(_ patterns: String..., structure: StructureSource = .smiles("CCCC")) throws -> Topology {
    try matching(patterns, in: butane, structure: structure, molecule: "butane")
  }

  @Test func thePatternThatMatchesFirstCounts() throws {
    let all = try matched("[#6:1]-[#6:2]-[#6:3]-[#6:4]", "[*:1]-[#6X4:2]-[#6X4:3]-[*:4]")
    // 27 chains of four: one of carbons, the others under the second pattern.
    #expect(all.patterns.count == 27 && all.torsions.count == 27)
    let carbons = all.patterns.filter { $0.value.smarts == "[#6:1]-[#6:2]-[#6:3]-[#6:4]" }.map(\.key)
    #expect(carbons == [Quartet(0, 1, 2, 3)])
    // Without terms of the force field a torsion that is matched is there all the same.
    var bare = butane
    bare.torsions = []
    let made = try matching(["[#6:1]-[#6:2]-[#6:3]-[#6:4]"], in: bare, structure: .smiles("CCCC"), molecule: "x")
    #expect(made.torsions == [Torsion(Quartet(0, 1, 2, 3), terms: [])])
  }

  @Test(arguments: [
    ("[#6]-[#6]-[#6]-[#6]", "CCCC", "does not tag four atoms", "tag them :1, :2, :3 and :4"),
    (
      "[Qq:1]-[#6:2]-[#6:3]-[*:4]", "CCCC", "butane, SMARTS [Qq:1]-[#6:2]-[#6:3]-[*:4]: is no SMARTS",
      "one that RDKit reads"
    ),
    (
      "[#6:1]-[#6:3]-[#6:2]-[#6:4]", "CCCC", "matches atoms that are no chain of four",
      "in the order in which they are bonded"
    ),
    ("[#6:1]-[#6:2]-[#6:3]-[#6:4]", "CC(C)C", "another molecule", "must be the topology's molecule"),
    ("[#6:1]-[#6:2]-[#6:3]-[#6:4]", "CCC", "atoms", "must be the topology's molecule"),
    ("[#6:1]-[#6:2]-[#6:3]-[#6:4]", "C(C", "cannot be read", "must be the topology's molecule"),
  ]) func patternsAndMolecules(_ smarts: String, smiles: String, words: String, hint: String) throws {
    let error = try #require(throws: InputError.self) { try matched(smarts, structure: .smiles(smiles)) }
    #expect(error.message.contains(words) && error.hint?.contains(hint) == true && error.place == nil, "\(error)")
  }

  @Test func structuresInFilesHaveTheirPlace() throws {
    try Folders.temporary { folder in
      func refusal(_ name: String, _ text: String) throws -> InputError {
        try Folders.write(text, to: "\(folder)/\(name)")
        let error = try #require(throws: InputError.self) {
          try matched("[#6:1]-[#6:2]-[#6:3]-[#6:4]", structure: .file("\(folder)/\(name)"))
        }
        #expect(error.place?.file == "\(folder)/\(name)" && error.hint != nil, "\(error)")
        return error
      }
      let other = try refusal("a.pdb", "ATOM")
      #expect(other.message == "has none of the extensions sdf, mol, mol2")
      #expect(other.hint?.contains("or `smiles:`") == true)
      for name in ["a.sdf", "a.MOL", "a.mol2"] {
        #expect(try refusal(name, "nothing\n").message.hasPrefix("butane, SMARTS [#6:1]"))
      }
      let missing = #expect(throws: InputError.self) {
        try matched("[#6:1]-[#6:2]-[#6:3]-[#6:4]", structure: .file("\(folder)/b.sdf"))
      }
      #expect(missing?.place?.file == "\(folder)/b.sdf" && missing?.message == "no such file")
    }
  }

  @Test func numberedSMILESNameEveryAtom() throws {
    let smiles = try mappedSMILES(of: butane, structure: .smiles("CCCC"), molecule: "butane")
    let numbers = smiles.matches(of: /:([0-9]+)\]/).compactMap { Int($0.1) }
    #expect(numbers.sorted() == Array(1...14), "\(smiles)")
    let error = #expect(throws: InputError.self) {
      try mappedSMILES(of: butane, structure: .smiles("CCO"), molecule: "butane")
    }
    #expect(error?.message.hasPrefix("butane: ") == true && error?.hint?.contains("the topology's molecule") == true)
  }

  @Test func theVersionOfRDKitIsTold() throws {
    let version = try smartsSupport().get()
    #expect(version.first?.isNumber == true, "\(version)")
  }
}
