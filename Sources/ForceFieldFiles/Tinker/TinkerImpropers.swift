// Tinker's improper torsions and improper dihedrals at atoms with three neighbours, with its averages over equal
// classes.

import Chemistry
import TextFiles

extension TinkerAssignment {
  /// How one line applies to a centre: the neighbours' order and the divisor of its force constant.
  private struct Match {
    var entry: Int
    var order: [Int]
    var divisor: Double
  }

  /// Six orders of a centre's neighbours, and their divisor: two where two neighbours are of one class, six where all
  /// are.
  private func orders(around centre: Int) -> (orders: [[Int]], divisor: Double) {
    let around = graph.neighbours[centre]
    let distinct = Set(around.map { classes[$0] }).count
    let orders = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0], [2, 1, 0]]
    return (orders.map { $0.map { around[$0] } }, distinct == 3 ? 1 : distinct == 2 ? 2 : 6)
  }

  /// Three cyclic orders of a centre's neighbours under one line, which share its force constant.
  private func cycles(of entry: Int, around centre: Int) -> [Match] {
    let around = graph.neighbours[centre]
    return [[0, 1, 2], [1, 2, 0], [2, 0, 1]].map { order in
      Match(entry: entry, order: order.map { around[$0] }, divisor: 3)
    }
  }

  /// The lines of improper torsions at a centre, as kimptor of Tinker 25 and later looks them up.
  ///
  /// A line whose classes are the neighbours' in some order applies once for each such order. Only without such lines
  /// do those of the form `0 b c d` apply, in the same way; without these `0 0 c d`, and at last `0 0 c 0`, both in
  /// three cyclic orders.
  private func improperTorsionMatches(_ keys: [[Int]], centre: Int) -> [Match] {
    let c = classes[centre]
    let (orders, divisor) = orders(around: centre)
    func ordered(_ key: ([Int]) -> [Int]) -> [Match] {
      keys.indices.flatMap { index in
        orders.filter { keys[index] == key($0.map { classes[$0] }) }.map {
          Match(entry: index, order: $0, divisor: divisor)
        }
      }
    }
    let exact = ordered { [$0[0], $0[1], c, $0[2]] }
    if !exact.isEmpty { return exact }
    let open = ordered { [0, $0[1], c, $0[2]] }
    if !open.isEmpty { return open }
    let singles = graph.neighbours[centre].map { [0, 0, c, classes[$0]] }
    for wanted in [singles, [[0, 0, c, 0]]] {
      let found = keys.indices.filter { wanted.contains(keys[$0]) }
      if !found.isEmpty { return found.flatMap { cycles(of: $0, around: centre) } }
    }
    return []
  }

  /// The lines of improper dihedrals at a centre, as kimprop of Tinker 25 and later looks them up.
  ///
  /// The first line whose classes are the neighbours' in some order applies once. Without one, every line `c d 0 0` or
  /// `c 0 0 d` applies once, d last, and the first `c 0 0 0` in three cyclic orders beside them.
  private func improperMatches(_ keys: [[Int]], centre: Int) -> [Match] {
    let c = classes[centre]
    let (orders, divisor) = orders(around: centre)
    // kimprop goes through the orders as b-c-d, b-d-c, c-b-d, c-d-b, d-b-c, d-c-b.
    let tried = orders.sorted { $0.lexicographicallyPrecedes($1) }
    for (index, candidate) in keys.enumerated() {
      if let order = tried.first(where: { candidate == [c] + $0.map { classes[$0] } }) {
        return [Match(entry: index, order: order, divisor: divisor)]
      }
    }
    let around = graph.neighbours[centre]
    var result: [Match] = []
    for (index, candidate) in keys.enumerated() {
      let last = around.indices.first {
        let d = classes[around[$0]]
        return candidate == [c, d, 0, 0] || candidate == [c, 0, 0, d]
      }
      guard let last else { continue }
      let order = [(last + 1) % 3, (last + 2) % 3, last].map { around[$0] }
      result.append(Match(entry: index, order: order, divisor: 1))
    }
    if let any = keys.firstIndex(of: [c, 0, 0, 0]) { result += cycles(of: any, around: centre) }
    return result
  }

  /// Refuses lines at a centre of the molecule that Tinker reads and never matches.
  /// - Throws: ``InputError`` with the place.
  private func requireKnownForms(
    _ lines: [(key: [Int], place: SourcePlace)], centre: Int, wildcards: [[Bool]], forms: String
  ) throws {
    let own = Set(centres.map { classes[$0] })
    for (key, place) in lines where own.contains(key[centre]) {
      guard !wildcards.contains(key.map { $0 == 0 }) else { continue }
      throw InputError(
        place,
        "an improper of the classes \(key.map(String.init).joined(separator: " ")), which Tinker matches with no atoms",
        hint: "its forms are \(forms)")
    }
  }

  private var centres: [Int] { graph.neighbours.indices.filter { graph.neighbours[$0].count == 3 } }

  /// AMBER's improper torsions: the centre is the third atom.
  /// - Throws: ``InputError`` where a line has a form that Tinker does not match.
  func improperTorsions() throws -> [Torsion] {
    let entries = parameters.improperTorsions.entries
    try requireKnownForms(
      entries.map { ($0.key, $0.place) }, centre: 2,
      wildcards: [
        [false, false, false, false], [true, false, false, false], [true, true, false, false],
        [true, true, false, true],
      ], forms: "a b c d, 0 b c d, 0 0 c d and 0 0 c 0, c the centre")
    let keys = entries.map(\.key)
    let unit = parameters.settings.improperTorsionUnit
    return centres.flatMap { centre in
      improperTorsionMatches(keys, centre: centre).map { match in
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
  /// - Throws: ``InputError`` where the ideal angle is neither 0 nor 180°.
  func harmonicImpropers() throws -> [HarmonicImproper] {
    let entries = parameters.impropers.entries
    try requireKnownForms(
      entries.map { ($0.key, $0.place) }, centre: 0,
      wildcards: [
        [false, false, false, false], [false, false, true, true], [false, true, true, false],
        [false, true, true, true],
      ], forms: "c a b d, c d 0 0, c 0 0 d and c 0 0 0, c the centre")
    let keys = entries.map(\.key)
    return try centres.flatMap { centre in
      try improperMatches(keys, centre: centre).map { match in
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
