// SMIRNOFF: quantities with units, and what the format cannot say. OpenFF's own reading is tested by check_engines.py.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct SmirnoffTests {
  @Test func unitsAndDivisorsCount() throws {
    let text = """
      <SMIRNOFF version="0.3"><ProperTorsions>
      <Proper id="f:a:b:c:d" smirks="x" periodicity1="2" phase1="3.141592653589793 * radian" k1="8.368 * kilojoules_per_mole"
        idivf1="4.0" periodicity2="3" phase2="degree * 60" k2="-1.5 * kilocalories_per_mole ** 1" idivf2="1"/>
      </ProperTorsions></SMIRNOFF>
      """
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/f.offxml")
      let terms = try #require(try readSmirnoff("\(folder)/f.offxml").terms[TorsionType("a", "b", "c", "d")])
      #expect(
        terms.count == 2 && abs(terms[0].forceConstant - 0.5) < 1e-12 && abs(terms[0].phase - .pi) < 1e-12)
      #expect(terms[1].forceConstant == -1.5 && abs(terms[1].phase - .pi / 3) < 1e-12)
      for (old, new) in [
        ("idivf1=\"4.0\"", ""), ("radian", "grad"), ("8.368", "eight"), ("idivf2=\"1\"", "idivf2=\"0\""),
        ("periodicity1=\"2\"", "periodicity1=\"7\""), ("f:a:b:c:d", "t12"), ("</SMIRNOFF>", ""),
      ] {
        try Folders.write(text.replacingOccurrences(of: old, with: new), to: "\(folder)/g.offxml")
        let error = #expect(throws: InputError.self) { try readSmirnoff("\(folder)/g.offxml") }
        #expect(error?.hint != nil, "\(old)")
      }
    }
  }

  @Test func wholeMoleculesOrTheReasonWhyNot() throws {
    let alkane = Alkane(carbons: 4)
    func text(_ topology: Topology) throws -> String {
      try smirnoffTopologyFiles(topology, name: "b", coordinates: alkane.coordinates, header: [])[0].text
    }
    var topology = alkane.topology
    for index in topology.atoms.indices where topology.atoms[index].lennardJones == nil {
      let isCarbon = topology.atoms[index].element.atomicNumber == 6
      topology.atoms[index].lennardJones = LennardJones(
        halfMinimum: isCarbon ? 1.908 : 1.487, epsilon: isCarbon ? 0.1094 : 0.0157)
    }
    #expect(try text(topology).contains("<LibraryCharge "))
    var improper = topology
    improper.impropers = [
      Torsion(Quartet(0, 4, 5, 6), terms: [TorsionTerm(periodicity: 2, phase: 0, forceConstant: 1)])
    ]
    var unequal = topology
    unequal.atoms[unequal.atoms.count - 1].charge += 0.1
    var stiff = topology
    stiff.bonds[stiff.bonds.count - 1].length += 0.1
    var geometric = topology
    geometric.combinationRule = .geometric
    for refused in [improper, unequal, stiff, geometric] {
      #expect(throws: InputError.self) { try text(refused) }
    }
  }
}
