// Total energies in a wrong unit, told by what atoms have; whole families, and relative energies: `WrongUnitTests` of the command.

import Chemistry
import Testing

@testable import FamilyFiles

@Suite struct EnergyUnitTests {
  private static let butane =
    [6, 6, 6, 6].map { Element(atomicNumber: $0)! }
    + [Element](repeating: Element(atomicNumber: 1)!, count: 10)

  @Test(arguments: [-158.4, -13.65]) func everyUnitTakenForAnotherIsTold(total: Double) {
    for meant in Units.Energy.allCases {
      // The number that a file has.
      let number = total * Units.hartree / meant.factor
      for taken in Units.Energy.allCases {
        let found = energyUnitVerdict([number * taken.factor], elements: Self.butane)
        #expect(found == (meant == taken ? .right : .wrong(meant: meant, taken: taken)), "\(meant) \(taken)")
      }
    }
  }

  @Test func whatIsNotKnownIsNotTold() {
    // Relative energies, energies of formation, an element beyond the table, no energy.
    #expect(energyUnitVerdict([0, 1.5, 3.2], elements: Self.butane) == .untold)
    #expect(energyUnitVerdict([-1.97 * Units.hartree], elements: Self.butane) == .right)
    #expect(energyUnitVerdict([-100], elements: Self.butane + [Element(atomicNumber: 53)!]) == .untold)
    #expect(energyUnitVerdict([], elements: Self.butane) == .untold)
  }
}
