// Points of a two-dimensional grid that stand apart from their neighbours in all four directions.

extension ScanPanel {
  /// Points whose residual differs from the mean of their grid neighbours' as those of a curve do: by a kcal/mol, by
  /// six times what is usual in the map, and by more than any neighbour's.
  var mapPointsApart: [(point: Point, by: Double)] {
    let known = points.filter { $0.second != nil && residual($0) != nil }
    let neighbours = known.indices.map { gridNeighbours(of: $0, in: known) }
    let bends = known.indices.map { index -> Double? in
      // At a corner two neighbours say nothing of a bend.
      let beside = neighbours[index].compactMap { residual(known[$0]) }
      guard beside.count > 2, let here = residual(known[index]) else { return nil }
      return here - beside.reduce(0, +) / Double(beside.count)
    }
    let sizes = bends.compactMap { $0.map(abs) }.sorted()
    guard sizes.count > 8 else { return [] }
    let limit = max(1, 6 * sizes[sizes.count / 2])
    return known.indices.compactMap { index in
      guard let bend = bends[index], abs(bend) > limit,
        neighbours[index].allSatisfy({ abs(bends[$0] ?? 0) <= abs(bend) })
      else { return nil }
      return (known[index], bend)
    }
  }

  /// The nearest point up, down, left and right, where one stands within 40° and not aside by more than 3°.
  private func gridNeighbours(of index: Int, in known: [Point]) -> [Int] {
    var nearest: [Int?] = [nil, nil, nil, nil]
    var distances = [Double](repeating: 40, count: 4)
    for other in known.indices where other != index {
      let across = turn(from: known[index].angle, to: known[other].angle)
      let up = turn(from: known[index].second ?? 0, to: known[other].second ?? 0)
      guard min(abs(across), abs(up)) < 3 else { continue }
      let (along, direction) = abs(across) > abs(up) ? (across, across > 0 ? 0 : 1) : (up, up > 0 ? 2 : 3)
      if abs(along) > 3, abs(along) < distances[direction] {
        (nearest[direction], distances[direction]) = (other, abs(along))
      }
    }
    return nearest.compactMap { $0 }
  }

  /// From one angle to another by the shorter way, degree.
  private func turn(from: Double, to: Double) -> Double {
    (to - from) - 360 * ((to - from) / 360).rounded()
  }
}
