// What raises a concern, and which comes first.

import Chemistry
import Testing
import Validation

@Suite struct AuditTests {
  private func term(
    _ name: String = "c3", mean: Double = 1, sd: Double = 0.1, base: Double? = 0.5,
    contraction: Double? = 0.9,
    molecules: Int = 3, tau: Double? = nil, isConverged: Bool? = true
  ) -> AuditedTerm {
    AuditedTerm(
      type: TorsionType(name, "c3", "c3", "c3"), periodicity: 3, mean: mean, sd: sd,
      interval90: (mean - 1.64 * sd)...(mean + 1.64 * sd), base: base, contraction: contraction,
      molecules: molecules, tau: tau, isConverged: isConverged)
  }

  @Test func numbersRaiseTheirConcerns() {
    #expect(term().concerns.isEmpty)
    #expect(term(contraction: 0.09).concerns == [.priorOnly])
    #expect(term(base: -0.5).concerns == [.signAgainstBase])
    #expect(term(mean: 0.1, base: -0.5).concerns == [.containsZero])
    #expect(term(molecules: 1).concerns == [.oneMolecule])
    #expect(term(tau: 0.31).concerns == [.shouldBeSplit])
    #expect(term(tau: 0.29).concerns.isEmpty)
    #expect(term(molecules: 1, tau: 0.31).concerns == [.oneMolecule])
    #expect(term(isConverged: false).concerns == [.notConverged])
    #expect(term(base: nil, contraction: nil, isConverged: nil).concerns.isEmpty)
  }

  @Test func theGravestComeFirst() {
    let terms = [
      term("a"), term("b", molecules: 1), term("c", mean: 0, molecules: 1), term("d", contraction: 0),
      term("e", sd: 0.2, molecules: 1),
    ]
    let order = terms.sortedByConcern().map { $0.type.types.first { $0 != "c3" } ?? "" }
    #expect(order == ["d", "c", "e", "b", "a"])
  }
}
