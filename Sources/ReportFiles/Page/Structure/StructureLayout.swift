// Where the atoms of a structural formula are drawn on paper.

import CMath
import Chemistry
import Statistics

/// Positions in the plane in units of a bond: distances are those of a molecule drawn with 120° angles and regular
/// rings, as nearly as the plane allows (stress majorisation, Gansner, Koren & North 2005,
/// doi:10.1007/978-3-540-31843-9_25).
func structureLayout(_ graph: BondGraph) -> [(x: Double, y: Double)] {
  let count = graph.neighbours.count
  guard count > 1 else { return [(x: Double, y: Double)](repeating: (0, 0), count: count) }
  let (wanted, weights) = wantedDistances(graph)
  // A ring that starts edge-on may stay folded: of four starts the one that ends nearest to what is wanted.
  let tries = starts(wanted).map { majorised($0, wanted, weights) }
  let best = tries.indices.min {
    stress(tries[$0], wanted, weights) < stress(tries[$1], wanted, weights)
  }
  return alongItsLength(tries[best ?? 0])
}

/// Places moved until their distances are as wanted as nearly as they get from this start.
private func majorised(_ start: [(x: Double, y: Double)], _ wanted: [Double], _ weights: [Double]) -> [(
  x: Double, y: Double
)] {
  let count = start.count
  var places = start
  for _ in 0..<150 {
    for i in 0..<count {
      var (x, y, sum) = (0.0, 0.0, 0.0)
      for j in 0..<count where j != i {
        let (dx, dy) = (places[i].x - places[j].x, places[i].y - places[j].y)
        let distance = max(1e-6, (dx * dx + dy * dy).squareRoot())
        let (w, d) = (weights[i * count + j], wanted[i * count + j])
        x += w * (places[j].x + d * dx / distance)
        y += w * (places[j].y + d * dy / distance)
        sum += w
      }
      if sum > 0 { places[i] = (x / sum, y / sum) }
    }
  }
  return places
}

/// How far distances are from those wanted.
private func stress(_ places: [(x: Double, y: Double)], _ wanted: [Double], _ weights: [Double]) -> Double {
  let count = places.count
  var sum = 0.0
  for i in 0..<count {
    for j in 0..<i {
      let (dx, dy) = (places[i].x - places[j].x, places[i].y - places[j].y)
      let miss = (dx * dx + dy * dy).squareRoot() - wanted[i * count + j]
      sum += weights[i * count + j] * miss * miss
    }
  }
  return sum
}

/// The distance of every pair in an ideal drawing, and how much it counts.
private func wantedDistances(_ graph: BondGraph) -> (distances: [Double], weights: [Double]) {
  let count = graph.neighbours.count
  var distances = [Double](repeating: 0, count: count * count)
  var weights = distances
  for atom in 0..<count {
    let depth = depths(graph, from: atom)
    for other in 0..<count where other != atom {
      // Parts that hang together by nothing lie apart.
      let d = Double(depth[other] ?? count)
      // An extended zigzag; neighbours of one atom are √3 apart.
      let zigzag = (0.75 * d * d + (Int(d) % 2 == 1 ? 0.25 : 0)).squareRoot()
      distances[atom * count + other] = zigzag
      // Bonds are drawn of one length; four neighbours of one atom find their right angles by themselves.
      let between = graph.neighbours[atom].first { graph.neighbours[other].contains($0) }
      let isCrowded = d == 2 && between.map { graph.neighbours[$0].count > 3 } ?? false
      weights[atom * count + other] = d == 1 ? 8 : isCrowded ? 0.05 : 1 / (d * d)
    }
  }
  for ring in rings(graph) {
    let size = ring.count
    for i in ring.indices {
      for j in ring.indices where j != i {
        let chord = sin(.pi * Double(abs(i - j)) / Double(size)) / sin(.pi / Double(size))
        distances[ring[i] * count + ring[j]] = chord
        weights[ring[i] * count + ring[j]] = 6 / (chord * chord)
      }
    }
  }
  return (distances, weights)
}

/// The atoms that bonds lead to from some, nearest first, each with the one that it was reached from; the starts from
/// themselves.
///
/// - Parameter isOpen: whether a bond, from the nearer atom to the further one, may be taken.
func breadthFirst(
  _ graph: BondGraph, from starts: [Int], where isOpen: (Int, Int) -> Bool = { _, _ in true }
) -> [(atom: Int, previous: Int)] {
  var seen = Set(starts)
  var line = starts.map { (atom: $0, previous: $0) }
  var next = 0
  while next < line.count {
    let here = line[next].atom
    next += 1
    for other in graph.neighbours[here] where isOpen(here, other) && seen.insert(other).inserted {
      line.append((other, here))
    }
  }
  return line
}

/// How many bonds away every atom is; nil where no path leads.
private func depths(_ graph: BondGraph, from atom: Int) -> [Int?] {
  var depth = [Int?](repeating: nil, count: graph.neighbours.count)
  for step in breadthFirst(graph, from: [atom]) {
    depth[step.atom] = step.atom == atom ? 0 : (depth[step.previous] ?? 0) + 1
  }
  return depth
}

/// The smallest ring of each ring bond, of at most eight atoms, each once, in the order round it.
func rings(_ graph: BondGraph) -> [[Int]] {
  var seen: Set<[Int]> = []
  return graph.bonds.compactMap { bond in
    guard let ring = shortestPath(graph, from: bond.a, to: bond.b, without: bond), ring.count <= 8,
      seen.insert(ring.sorted()).inserted
    else { return nil }
    return ring
  }
}

private func shortestPath(_ graph: BondGraph, from start: Int, to end: Int, without bond: BondIndex) -> [Int]? {
  let steps = breadthFirst(graph, from: [start]) { BondIndex($0, $1) != bond }
  let before = Dictionary(uniqueKeysWithValues: steps.map { ($0.atom, $0.previous) })
  guard before[end] != nil else { return nil }
  var path = [end]
  while let last = path.last, last != start, let previous = before[last] { path.append(previous) }
  return path
}

/// Classical scaling of the distances, seen from four sides, with a little of a fixed spiral so that no two atoms start
/// in one place.
private func starts(_ distances: [Double]) -> [[(x: Double, y: Double)]] {
  let count = Int(Double(distances.count).squareRoot())
  var squared = Matrix(rows: count, columns: count)
  let means = (0..<count).map { i in
    (0..<count).reduce(0) { $0 + distances[i * count + $1] * distances[i * count + $1] } / Double(count)
  }
  let mean = means.reduce(0, +) / Double(count)
  for i in 0..<count {
    for j in 0..<count {
      let d = distances[i * count + j]
      squared[i, j] = -0.5 * (d * d - means[i] - means[j] + mean)
    }
  }
  let eigen = SymmetricEigen(squared)
  func component(_ i: Int, _ k: Int) -> Double {
    guard let eigen, k < count else { return 0 }
    return eigen.vectors[i, k] * max(0, eigen.values[k]).squareRoot()
  }
  return (0..<4).map { side in
    let angle = Double(side) * .pi / 4
    return (0..<count).map { i in
      let turn = 2.399963 * Double(i)
      let jitter = 0.05 * Double(i + 1) / Double(count)
      let y = cos(angle) * component(i, 1) + sin(angle) * component(i, 2)
      return (component(i, 0) + jitter * cos(turn), y + jitter * sin(turn))
    }
  }
}

/// The places about their centre, the longest extent lying, the first atom to the left and not below.
private func alongItsLength(_ places: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
  let n = Double(places.count)
  let (cx, cy) = (places.reduce(0) { $0 + $1.x } / n, places.reduce(0) { $0 + $1.y } / n)
  let centred = places.map { (x: $0.x - cx, y: $0.y - cy) }
  let (xx, yy, xy) = centred.reduce((0.0, 0.0, 0.0)) { sums, p in
    (sums.0 + p.x * p.x, sums.1 + p.y * p.y, sums.2 + p.x * p.y)
  }
  let angle = 0.5 * atan2(2 * xy, xx - yy)
  var turned = centred.map { p in
    (x: p.x * cos(angle) + p.y * sin(angle), y: p.y * cos(angle) - p.x * sin(angle))
  }
  if let first = turned.first, first.x > 1e-9 { turned = turned.map { (-$0.x, $0.y) } }
  if let first = turned.first, first.y < -1e-9 { turned = turned.map { ($0.x, -$0.y) } }
  return turned
}
