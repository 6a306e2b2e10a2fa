// Whether a scan was made by turning one rigid geometry.

import CMath
import Chemistry

/// How much the parts of a molecule on either side of turned bonds change along a scan.
struct PartChange {
  /// The largest change of a distance within a part, Å.
  var largest: Double
  /// The atoms whose distance it is.
  var atoms: (Int, Int)
}

/// The largest change, over all frames, of a distance within a part that turns as a whole.
///
/// Parts are what is left of the molecule when the turned bonds are cut, each with the atom at the other end of its cut
/// bonds: a turn about the bond moves none of those distances.
/// - Returns: nil where a turned bond is in a ring, so that nothing turns as a whole, or there are fewer than two
///   frames.
func partChange(_ frames: [[Vector3]], turned: [BondIndex], graph: BondGraph) -> PartChange? {
  guard frames.count > 1, turned.allSatisfy({ !graph.isInRing($0) }) else { return nil }
  let rest = BondGraph(
    atomCount: graph.neighbours.count, bonds: graph.bonds.filter { !turned.contains($0) })
  var seen: Set<Int> = []
  var result = PartChange(largest: 0, atoms: (0, 0))
  for start in graph.neighbours.indices where !seen.contains(start) {
    var part: Set<Int> = [start]
    var open = [start]
    while let atom = open.popLast() {
      for next in rest.neighbours[atom] where part.insert(next).inserted { open.append(next) }
    }
    seen.formUnion(part)
    for bond in turned {
      if part.contains(bond.a) { part.insert(bond.b) } else if part.contains(bond.b) { part.insert(bond.a) }
    }
    let atoms = part.sorted()
    for (place, i) in atoms.enumerated() {
      for j in atoms[(place + 1)...] {
        var (low, high) = (Double.infinity, 0.0)
        for frame in frames {
          let square = (frame[i] - frame[j]).dot(frame[i] - frame[j])
          (low, high) = (min(low, square), max(high, square))
        }
        let change = high.squareRoot() - low.squareRoot()
        if change > result.largest { result = PartChange(largest: change, atoms: (i, j)) }
      }
    }
  }
  return result
}

/// Whether the frames of a scan differ by a rigid turn about its driven bonds only.
///
/// Coordinates with three decimals change distances by at most 0.0035 Å. Of the 190 relaxed drives of OpenFF and all
/// shipped scans none changes by less than 0.028 Å, over turns of 90° and more; over smaller ones the change is
/// smaller, and only coordinates with more decimals can tell.
func isRigid(_ frames: [[Vector3]], axes: [Quartet], graph: BondGraph) -> Bool {
  guard frames.count > 2,
    let change = partChange(frames, turned: axes.map(\.centralBond), graph: graph)
  else { return false }
  let ranges = axes.map { axis in angularRange(frames.map { dihedralAngle(axis, in: $0) }) / Units.degree }
  guard let range = ranges.max(), range.isFinite else { return false }
  switch range {
  case 90...: return change.largest < 0.004
  case 30..<90: return change.largest < 2e-4
  default: return false
  }
}

/// The range on the circle that angles cover, radian: the circle less the largest gap between neighbours.
func angularRange(_ angles: [Double]) -> Double {
  let sorted = angles.sorted()
  guard let first = sorted.first, let last = sorted.last else { return 0 }
  let gaps = zip(sorted.dropFirst(), sorted).map { $0 - $1 } + [first + 2 * .pi - last]
  return 2 * .pi - gaps.max()!
}
