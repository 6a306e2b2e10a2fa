// Tinker's improper torsions and improper dihedrals at atoms with three neighbours, with its averages over equal classes.

import Chemistry
import TextFiles

extension TinkerAssignment {
  /// How one line applies to a centre: the neighbours' order and the divisor of its force constant.
  private struct Match {
    var entry: Int
    var order: [Int]
    var divisor: Double
  }

  /// The lines that apply at a centre.
  ///
  /// A line whose classes are the neighbours' in some order applies once for each such order, its force constant divided by
  /// two where two neighbours are of one class, by six where all are. Only without such a line do those with one neighbour
  /// given apply, and only without these the ones with none; they apply in three cyclic orders, divided by three.
  /// - Parameter key: the table's key for a centre's class and three neighbours' classes, 0 for any.
  private func matches(
    _ keys: [[Int]], centre: Int, single: (Int) -> [Int], none: [Int], key: ([Int]) -> [Int]
  ) -> [Match] {
    let around = graph.neighbours[centre]
    let own = around.map { classes[$0] }
    let orders = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0], [2, 1, 0]]
    let distinct = Set(own).count
    let divisor = distinct == 3 ? 1.0 : distinct == 2 ? 2 : 6
    var result: [Match] = []
    for (index, candidate) in keys.enumerated() {
      for order in orders where candidate == key(order.map { own[$0] }) {
        result.append(Match(entry: index, order: order.map { around[$0] }, divisor: divisor))
      }
    }
    if !result.isEmpty { return result }
    let singles = own.map(single)
    for wanted in [singles, [none]] {
      for (index, candidate) in keys.enumerated() where wanted.contains(candidate) {
        for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1]] {
          result.append(Match(entry: index, order: order.map { around[$0] }, divisor: 3))
        }
      }
      if !result.isEmpty { return result }
    }
    return []
  }

  private var centres: [Int] { graph.neighbours.indices.filter { graph.neighbours[$0].count == 3 } }

  /// AMBER's improper torsions: the centre is the third atom.
  func improperTorsions() -> [Torsion] {
    let entries = parameters.improperTorsions.entries
    let keys = entries.map(\.key)
    let unit = parameters.settings.improperTorsionUnit
    return centres.flatMap { centre in
      let c = classes[centre]
      return matches(
        keys, centre: centre, single: { [0, 0, c, $0] }, none: [0, 0, c, 0],
        key: { [$0[0], $0[1], c, $0[2]] }
      ).map { match in
        Torsion(
          Quartet(match.order[0], match.order[1], centre, match.order[2]),
          terms: entries[match.entry].value.map {
            TorsionTerm(
              periodicity: $0.periodicity, phase: $0.phase,
              forceConstant: unit * $0.forceConstant / match.divisor)
          })
      }
    }
  }

  /// CHARMM's improper dihedrals: the centre is the first atom.
  /// - Throws: ``InputError`` where the ideal angle is neither 0 nor 180°, of which Tinker takes the nearer sign.
  func harmonicImpropers() throws -> [HarmonicImproper] {
    let entries = parameters.impropers.entries
    let keys = entries.map(\.key)
    return try centres.flatMap { centre in
      let c = classes[centre]
      return try matches(
        keys, centre: centre, single: { [c, $0, 0, 0] }, none: [c, 0, 0, 0], key: { [c] + $0 }
      ).map { match in
        let (constant, degrees) = entries[match.entry].value
        guard degrees == 0 || abs(degrees) == 180 else {
          throw InputError(
            entries[match.entry].place,
            "an improper dihedral of \(degrees)°: Tinker takes the nearer of both signs, which is not supported",
            hint: "ideal angles of 0 and 180° are")
        }
        return HarmonicImproper(
          Quartet(centre, match.order[0], match.order[1], match.order[2]),
          forceConstant: parameters.settings.improperUnit * constant / match.divisor,
          angle: degrees * Units.degree)
      }
    }
  }
}
