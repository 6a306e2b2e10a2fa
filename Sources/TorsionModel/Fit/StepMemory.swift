// What earlier rounds tell about the next step, where geometries that follow the force constants bend it.

import Statistics

/// Anderson's mixing of the last few rounds (Anderson 1965, doi:10.1145/321296.321305; Walker and Ni 2011,
/// doi:10.1137/10078356X).
///
/// A round maps force constants x, under which geometries were relaxed, to the posterior's mean g there; the rounds
/// look for x = g. Soft rotors follow the constants, so that plain steps g − x overshoot or fall short by much the same
/// share round after round. Mixing finds the combination of earlier rounds that would have left the smallest g − x,
/// measured by what it does to the fitted energies, and steps from there.
struct StepMemory {
  /// Force constants and the steps g − x that rounds from them asked for.
  private var rounds: [(x: [Double], step: [Double])] = []

  /// How many earlier rounds are remembered beside the last.
  private static let depth = 3
  /// Combinations with a coefficient beyond this reach too far from what was seen.
  private static let largestCoefficient = 3.0

  /// Remembers a round, and where mixing would go from it; nil for the first round and where earlier rounds do not
  /// help.
  ///
  /// - Parameters:
  ///   - start: x, kcal/mol.
  ///   - target: g, kcal/mol.
  ///   - effect: what a change of the force constants does to the fitted energies, kcal/mol.
  mutating func mixed(from start: [Double], to target: [Double], effect: ([Double]) -> [Double]) -> [Double]? {
    rounds.append((start, zip(target, start).map { $0 - $1 }))
    rounds = Array(rounds.suffix(Self.depth + 1))
    guard let last = rounds.last, rounds.count > 1 else { return nil }
    let pairs = zip(rounds, rounds.dropFirst())
    // Under one design: the last, in which points may be missing that others had.
    let changes = pairs.map { a, b in effect(zip(b.step, a.step).map { $0 - $1 }) }
    guard let coefficients = Self.leastSquares(changes, effect(last.step)),
      coefficients.allSatisfy({ abs($0) <= Self.largestCoefficient })
    else { return nil }
    var result = target
    for (coefficient, (a, b)) in zip(coefficients, pairs) {
      for i in result.indices { result[i] -= coefficient * (b.x[i] - a.x[i] + b.step[i] - a.step[i]) }
    }
    return result
  }

  /// The coefficients of `columns` whose sum is nearest to `right`; nil where columns do not differ.
  private static func leastSquares(_ columns: [[Double]], _ right: [Double]) -> [Double]? {
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var gram = Matrix(rows: columns.count, columns: columns.count)
    for i in columns.indices {
      for j in columns.indices { gram[i, j] = product(columns[i], columns[j]) }
    }
    // So that rounds that hardly differ do not cancel each other.
    let ridge = 1e-6 * columns.indices.reduce(0) { $0 + gram[$1, $1] }
    for i in columns.indices { gram[i, i] += ridge }
    var cholesky = CholeskyWorkspace(order: columns.count)
    guard cholesky.factor(gram) else { return nil }
    var solution = columns.map { product($0, right) }
    cholesky.solve(&solution)
    return solution
  }
}
