// Several energies at one angle: the branches of a scan that has hysteresis, and their lower envelope.

import Chemistry
import TextFiles

/// Two points of a scan at one angle, or at mirrored angles of a molecule that is its own mirror image.
struct AngleConflict {
  /// Degree, of the one that is higher.
  var angle: Double
  /// Whether the angles are ±φ.
  var isMirror: Bool
  /// The frames, the higher first.
  var frames: (Int, Int)
  /// By how much, kcal/mol.
  var by: Double
}

/// Angles at which a scan has several energies, by more than half a kcal/mol, the widest first.
///
/// - Parameter isAchiral: whether the molecule is its own mirror image, so that relaxed energies at φ and −φ are one.
func angleConflicts(in scan: Scan, isAchiral: Bool) -> [AngleConflict] {
  guard scan.second == nil else { return [] }
  let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
  var found: [AngleConflict] = []
  for i in angles.indices {
    for j in angles.indices where j > i {
      let by = scan.points[i].energy - scan.points[j].energy
      guard abs(by) > 0.5 else { continue }
      let isSame = abs(wrapped(angles[i] - angles[j])) < 1 * Units.degree
      let isMirror =
        isAchiral && scan.held.isEmpty && scan.geometry == .relaxed
        && abs(wrapped(angles[i] + angles[j])) < 1 * Units.degree
      guard isSame || isMirror else { continue }
      let (high, low) = by > 0 ? (i, j) : (j, i)
      found.append(
        AngleConflict(
          angle: angles[high] / Units.degree, isMirror: !isSame,
          frames: (scan.points[high].frame, scan.points[low].frame), by: abs(by)))
    }
  }
  return found.sorted { $0.by > $1.by }
}

/// Whether the mirror image of an achiral molecule has the very dihedral at −φ, and not that of its twin.
///
/// Of two like atoms on a tetrahedral (or pyramidal) end the mirror image has the one in the other's place.
func isOwnMirrorImage(_ quartet: Quartet, topology: Topology) -> Bool {
  let graph = topology.bondGraph
  let classes = topology.symmetryClasses
  return [(quartet.i, quartet.j, quartet.k), (quartet.l, quartet.k, quartet.j)].allSatisfy {
    end, centre, other in
    let neighbours = graph.neighbours[centre]
    let isFlat = neighbours.count < 4 && topology.atoms[centre].element.symbol != "N"
    return isFlat || neighbours.count { $0 != other && classes[$0] == classes[end] } != 2
  }
}

/// The same in words; empty where there are none.
///
/// - Parameter wrong: frames whose energies are wrong for another reason.
func notesOnBranches(_ scan: Scan, topology: Topology, without wrong: Set<Int> = []) -> [String] {
  let conflicts = angleConflicts(
    in: scan, isAchiral: topology.stereocentres.isEmpty && isOwnMirrorImage(scan.driven, topology: topology)
  ).filter { !wrong.contains($0.frames.0) && !wrong.contains($0.frames.1) }
  let twice = conflicts.filter { !$0.isMirror }
  if let worst = twice.first {
    let angles = Set(twice.map { Int($0.angle.rounded()) }).count
    return [
      "has two energies at \(angles) of its angles, at \(wholeDegrees(degree: worst.angle)) "
        + "\(rounded(worst.by, 1)) kcal/mol apart (frames "
          + """
          \(worst.frames.0) and \(worst.frames.1)): branches of a scan with hysteresis; `branches: lowest` \
          keeps the lower ones
          """
    ]
  }
  guard let worst = conflicts.first else { return [] }
  return [
    "at \(wholeDegrees(degree: worst.angle)) (frame \(worst.frames.0)) its energy is "
      + "\(rounded(worst.by, 1)) kcal/mol above that at "
      + "\(wholeDegrees(degree: -worst.angle)) (frame \(worst.frames.1)), and the molecule is its own mirror "
      + "image: the higher of the two is not "
        + """
        the lowest there is (hysteresis); a scan in the other direction, merged by `files:` and `branches: \
        lowest`, mends it
        """
  ]
}

/// A scan with the lowest point at each angle alone; the others are set aside with the reason.
func lowerEnvelope(of scan: Scan) -> Scan {
  var kept = scan
  kept.points = []
  let axes = scan.axes
  let angles = scan.points.map { point in axes.map { dihedralAngle($0, in: point.coordinates) } }
  // Grids are no finer than five degrees; springs give way by one.
  let near = 2.5 * Units.degree
  let order = scan.points.indices.sorted { (scan.points[$0].energy, $0) < (scan.points[$1].energy, $1) }
  var taken: [Int] = []
  for place in order {
    let lower = taken.first { other in
      zip(angles[place], angles[other]).allSatisfy { abs(wrapped($0 - $1)) < near }
    }
    if let lower {
      let by = scan.points[place].energy - scan.points[lower].energy
      kept.setAside.append(
        SetAsidePoint(
          frame: scan.points[place].frame,
          reason:
            """
            lies \(rounded(by, 1)) kcal/mol above frame \(scan.points[lower].frame) at the same angle \
            (branches: lowest)
            """
        ))
    } else {
      taken.append(place)
    }
  }
  kept.points = taken.sorted().map { scan.points[$0] }
  kept.setAside.sort { $0.frame < $1.frame }
  return kept
}
