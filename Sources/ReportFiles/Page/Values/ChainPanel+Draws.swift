// The chains worth a look: those that agree least, thinned for a trace and ranked for a rank plot.

import Statistics
import TorsionModel

/// The panels of the `limit` quantities that converged worst: by R-hat, then by the smaller effective size.
func chainPanels(
  of fit: Fit, _ parameters: [ParameterRow], _ scales: [ScaleRow], limit: Int = 4
) -> [ChainPanel] {
  struct Candidate {
    var name: String
    var unit: String
    var convergence: Convergence
    var chains: [[Double]]
  }
  let candidates =
    scales.enumerated().map { index, row in
      Candidate(
        name: "scale: \(row.name)", unit: row.unit, convergence: row.convergence,
        chains: fit.draws.scales.map { $0.map { $0[index] } })
    }
    + parameters.enumerated().map { index, row in
      Candidate(
        name: row.label, unit: "kcal/mol", convergence: row.convergence,
        chains: fit.draws.forceConstants.map { $0.map { $0[index] } })
    }
  // How many times a diagnostic is over its limit; undefined is worst of all.
  func badness(_ c: Convergence) -> Double {
    guard let rhat = c.rhat, let bulk = c.bulkESS, let tail = c.tailESS else { return .infinity }
    return max((rhat - 1) / (ConvergenceLimits.rhat - 1), ConvergenceLimits.ess / max(1, min(bulk, tail)))
  }
  return candidates.enumerated()
    .sorted { a, b in
      let (x, y) = (badness(a.element.convergence), badness(b.element.convergence))
      return x == y ? a.offset < b.offset : x > y
    }
    .prefix(limit)
    .map { _, candidate in
      let thinning = max(1, (candidate.chains.first?.count ?? 0) / 250)
      return ChainPanel(
        name: candidate.name, unit: candidate.unit, convergence: candidate.convergence,
        traces: candidate.chains.map { chain in
          stride(from: 0, to: chain.count, by: thinning).map { chain[$0] }
        },
        draws: candidate.chains.first?.count ?? 0, ranks: rankHistograms(candidate.chains, bins: 20))
    }
}

/// Counts of each chain's ranks among all draws, in `bins` equal bins: flat when the chains agree (Vehtari et al.
/// 2021, doi:10.1214/20-BA1221). Equal draws share the mean of their ranks.
func rankHistograms(_ chains: [[Double]], bins: Int) -> [[Int]] {
  let all = chains.enumerated().flatMap { chain, draws in draws.map { (value: $0, chain: chain) } }
    .sorted { ($0.value, $0.chain) < ($1.value, $1.chain) }
  var counts = [[Int]](repeating: [Int](repeating: 0, count: bins), count: chains.count)
  var start = 0
  while start < all.count {
    var end = start + 1
    while end < all.count, all[end].value == all[start].value { end += 1 }
    let rank = Double(start + end - 1) / 2
    let bin = min(bins - 1, Int((rank + 0.5) / Double(all.count) * Double(bins)))
    for index in start..<end { counts[all[index].chain][bin] += 1 }
    start = end
  }
  return counts
}
