// Frames of one geometry, or of mirror images, must have one energy: what tells energies that stand in another order.

import Chemistry
import TextFiles

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
/// Where frames of one geometry differ in energy, shifts of the energies by one and two frames are tried: one that
/// makes the differences four times smaller is the cause. Differences without such a cause are noise or branches, which
/// count for little in a fit and are only named (``notesOnBranches(_:topology:)``).
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
    """
    frames \(min(a, b)) and \(max(a, b)) have one geometry or are mirror images, and energies \
    \(rounded(own[worst], 1)) kcal/mol apart
    """
  let count = energies.count
  for shift in [1, -1, 2, -2] {
    let moved = energies.indices.map { energies[(($0 + shift) % count + count) % count] }
    if rms(differences(moved)) < rms(own) / 4 {
      return
        """
        \(what): its energies stand \(abs(shift)) frame\(abs(shift) > 1 ? "s" : "") \
        \(shift > 0 ? "later" : "earlier") than their geometries
        """
    }
  }
  return nil
}

/// Two points of one geometry, or mirror images, whose energies differ by more than half a kcal/mol, the widest
/// first: an energy is wrong, where points of another branch would have another geometry.
/// - Returns: the frames of such pairs, and words on the wider; nil where there is none, or more than a lone wrong
///   energy makes.
func unlikeEnergies(in scan: Scan, elements: [Element]) -> (frames: Set<Int>, words: String)? {
  let points = scan.points
  func gap(_ pair: (Int, Int)) -> Double { abs(points[pair.0].energy - points[pair.1].energy) }
  // Near a flat shape small turns change the distances little: the dihedrals must be equal or opposite.
  let angles = points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
  let unlike = equalGeometries(points, elements: elements).filter { a, b in
    gap((a, b)) > 0.5
      && [angles[a] - angles[b], angles[a] + angles[b]].contains { abs(wrapped($0)) < 2 * Units.degree }
  }
  guard unlike.count <= 2, let worst = unlike.max(by: { gap($0) < gap($1) }) else { return nil }
  // Frames follow the drive: the one that lies farther from its neighbours' mean is the odd one.
  func bend(_ place: Int) -> Double {
    let (before, after) = (max(0, place - 1), min(points.count - 1, place + 1))
    return abs(points[place].energy - (points[before].energy + points[after].energy) / 2)
  }
  let (odd, other) = bend(worst.0) > bend(worst.1) ? worst : (worst.1, worst.0)
  func name(_ place: Int) -> String {
    "\(points[place].frame) (\(wholeDegrees(dihedralAngle(scan.driven, in: points[place].coordinates))))"
  }
  return (
    Set(unlike.flatMap { [points[$0.0].frame, points[$0.1].frame] }),
    """
    frames \(name(odd)) and \(name(other)) have one geometry or are mirror images, and energies \
    \(rounded(gap(worst), 1)) kcal/mol apart: no other branch, but a wrong energy, of frame \(points[odd].frame) \
    by its neighbours
    """
  )
}
