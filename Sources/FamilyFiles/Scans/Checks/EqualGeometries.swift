// Frames of one geometry, or of mirror images, must have one energy: what tells energies that stand in another order.

import Chemistry

/// Pairs of a scan's points that have one geometry or are mirror images, by their places.
///
/// Told by their distances, sorted among atoms of the same two elements: numbers of like atoms do not matter.
func equalGeometries(_ points: [GridPoint], elements: [Element]) -> [(Int, Int)] {
  guard points.count <= 400 else { return [] }
  let prints = points.map { distances($0.coordinates, elements: elements) }
  var pairs: [(Int, Int)] = []
  for i in points.indices {
    for j in points.indices where j > i {
      var largest = 0.0
      var sum = 0.0
      for (a, b) in zip(prints[i], prints[j]) {
        let d = abs(a - b)
        largest = max(largest, d)
        sum += d
        if largest > 0.03 { break }
      }
      if largest <= 0.03, sum < 0.008 * Double(max(1, prints[i].count)) { pairs.append((i, j)) }
    }
  }
  return pairs
}

private func distances(_ r: [Vector3], elements: [Element]) -> [Double] {
  var kinds: [Int: [Double]] = [:]
  for i in r.indices {
    for j in r.indices where j > i {
      let (a, b) = (elements[i].atomicNumber, elements[j].atomicNumber)
      kinds[min(a, b) * 1000 + max(a, b), default: []].append((r[i] - r[j]).norm)
    }
  }
  return kinds.sorted { $0.key < $1.key }.flatMap { $0.value.sorted() }
}

/// Energies that cannot be those of their geometries, in words; nil where nothing speaks against them.
///
/// Where frames of one geometry differ in energy, shifts of the energies by one and two frames are tried: one that makes the
/// differences four times smaller is the cause.
func misplacedEnergies(in scan: Scan, elements: [Element]) -> String? {
  let pairs = equalGeometries(scan.points, elements: elements)
  let energies = scan.points.map(\.energy)
  func differences(_ e: [Double]) -> [Double] { pairs.map { abs(e[$0.0] - e[$0.1]) } }
  func rms(_ d: [Double]) -> Double { (d.reduce(0) { $0 + $1 * $1 } / Double(max(1, d.count))).squareRoot() }
  let own = differences(energies)
  guard pairs.count >= 3, rms(own) > 0.3 else { return nil }
  let worst = own.indices.max { own[$0] < own[$1] }!
  let (a, b) = (scan.points[pairs[worst].0].frame, scan.points[pairs[worst].1].frame)
  let what =
    "frames \(min(a, b)) and \(max(a, b)) have one geometry or are mirror images, and energies \(rounded(own[worst])) kcal/mol apart"
  let count = energies.count
  for shift in [1, -1, 2, -2] {
    let moved = energies.indices.map { energies[(($0 + shift) % count + count) % count] }
    if rms(differences(moved)) < rms(own) / 4 {
      return
        "\(what): its energies stand \(abs(shift)) frame\(abs(shift) > 1 ? "s" : "") \(shift > 0 ? "later" : "earlier") than their geometries"
    }
  }
  // A few wrong energies are in many pairs, and are no other order.
  var bad = pairs.indices.filter { own[$0] > 0.3 }
  var culprits = 0
  while let first = bad.first, culprits <= count / 5 + 1 {
    let counts = Dictionary(bad.flatMap { [pairs[$0].0, pairs[$0].1] }.map { ($0, 1) }, uniquingKeysWith: +)
    let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? pairs[first].0
    bad.removeAll { pairs[$0].0 == most || pairs[$0].1 == most }
    culprits += 1
  }
  // One step to another state puts all pairs across it off by the same.
  let large = own.filter { $0 > 0.3 }
  let mean = large.reduce(0, +) / Double(max(1, large.count))
  let spread = large.reduce(0) { $0 + abs($1 - mean) } / Double(max(1, large.count))
  guard rms(own) > 0.5, spread > 0.2 * mean, culprits > count / 5 + 1,
    own.count(where: { $0 > 0.3 }) * 3 > own.count
  else { return nil }
  return
    "\(what), as \(own.count { $0 > 0.3 }) of \(own.count) such pairs do: its energies stand in another order than its geometries"
}

private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
