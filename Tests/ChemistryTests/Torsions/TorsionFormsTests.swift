// Ryckaert-Bellemans and OPLS torsions as periodic terms.

import Chemistry
import Foundation
import Testing

@Suite struct TorsionFormsTests {
  private func energy(_ terms: [TorsionTerm], _ phi: Double) -> Double {
    terms.reduce(0) { $0 + $1.forceConstant * (1 + cos(Double($1.periodicity) * phi - $1.phase)) }
  }

  @Test func ryckaertBellemansIsPeriodic() throws {
    let function = RyckaertBellemans([9.28, 12.16, -13.12, -3.06, 26.24, -31.5])
    let terms = function.periodicTerms
    for phi in stride(from: -Double.pi, through: .pi, by: 0.1) {
      let expected = function.coefficients.enumerated().reduce(0) {
        $0 + $1.element * pow(cos(phi - .pi), Double($1.offset))
      }
      #expect(abs(energy(terms, phi) - expected) < 1e-12)
    }
    let back = try #require(RyckaertBellemans(terms))
    for (a, b) in zip(back.coefficients, function.coefficients) { #expect(abs(a - b) < 1e-13) }
  }

  @Test func periodicTermsAreRyckaertBellemansOrRefused() throws {
    let terms = (0...5).flatMap { n in
      [(0.0, 0.3), (Double.pi, 0.7)].map {
        TorsionTerm(periodicity: n, phase: $0.0, forceConstant: $0.1 - 0.1 * Double(n))
      }
    }
    let function = try #require(RyckaertBellemans(terms))
    for phi in stride(from: -Double.pi, through: .pi, by: 0.1) {
      let value = function.coefficients.enumerated().reduce(0) {
        $0 + $1.element * pow(cos(phi - .pi), Double($1.offset))
      }
      #expect(abs(energy(terms, phi) - value) < 1e-13)
    }
    #expect(RyckaertBellemans([TorsionTerm(periodicity: 6, phase: 0, forceConstant: 1)]) == nil)
    #expect(RyckaertBellemans([TorsionTerm(periodicity: 1, phase: 0.5, forceConstant: 1)]) == nil)
  }

  @Test func oplsIsPeriodic() {
    let f = [1.3, -0.05, 0.2, -0.7]
    let terms = periodicTerms(ofOPLS: f)
    for phi in stride(from: -Double.pi, through: .pi, by: 0.1) {
      let expected =
        0.5
        * (f[0] * (1 + cos(phi)) + f[1] * (1 - cos(2 * phi)) + f[2] * (1 + cos(3 * phi)) + f[3]
          * (1 - cos(4 * phi)))
      #expect(abs(energy(terms, phi) - expected) < 1e-14)
    }
    // Butane: F₂ alone moves the constant.
    #expect(periodicTerms(ofOPLS: [1.3, 0, 0.2, 0]).allSatisfy { $0.periodicity > 0 })
  }
}
