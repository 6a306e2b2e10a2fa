// ArviZ's results (reference/arviz_reference.py made them) and the comparison that the tests share.

import Foundation
import Testing

struct Reference: Decodable, Sendable {
  struct Quantile: Decodable, Sendable {
    let probability: Double
    let value: Double
    let ess: Double?
    let mcse: Double?
  }
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let chains: [[Double]]
    let rhat, essBulk, essTail, essMean, mcseMean, mcseSD: Double?
    let quantiles: [Quantile]
    var testDescription: String { name }
    var draws: [Double] { chains.flatMap { $0 } }
  }
  struct Weights: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let relativeEfficiency: Double
    let logWeights: [Double]
    let shape: Double?
    let smoothed: [Double]
    var testDescription: String { name }
  }
  let cases: [Case]
  let weights: [Weights]

  static let arviz: Reference = {
    let url = Bundle.module.url(forResource: "Resources/arviz", withExtension: "json")!
    return try! JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
  }()
}

/// Whether `a` and `b` agree within `tolerance` of the larger, or within it absolutely below 1.
func agree(_ a: Double?, _ b: Double?, within tolerance: Double = 1e-10) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// Whether `a` and `b` agree within `tolerance` of the larger.
func agreeRelatively(_ a: Double?, _ b: Double?, within tolerance: Double = 1e-10) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= tolerance * max(abs(a), abs(b))
}
