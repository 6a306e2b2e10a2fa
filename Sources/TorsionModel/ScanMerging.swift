// Parts of one scan as one scan, so that they share the zero of their energies.

import Chemistry

/// The molecule with the parts of one scan joined, and all grid points sorted by angle.
///
/// Files of one driven dihedral are parts of one scan when their angles interleave or adjoin and their energies make one
/// smooth profile; as separate scans each would spend an offset of its own. Scans over the same angles, such as those of
/// two conformers, and scans on different zeros keep an offset each. Sorting makes later sums independent of the
/// order in the files.
func mergingScans(_ molecule: Molecule) -> Molecule {
  var result = molecule
  result.scans = []
  for scan in molecule.scans {
    if let same = result.scans.firstIndex(where: { areParts($0, scan) }) {
      result.scans[same].id += " + " + scan.id
      result.scans[same].points += scan.points
      result.scans[same].setAside += scan.setAside
    } else {
      result.scans.append(scan)
    }
  }
  for index in result.scans.indices {
    let driven = result.scans[index].driven
    // Rounded, so that the last bits of a rotated geometry cannot swap two points; energies break ties.
    let keyed = result.scans[index].points.map { point in
      (key: (dihedralAngle(driven, in: point.coordinates) * 1e4).rounded(), point: point)
    }
    result.scans[index].points = keyed.sorted {
      ($0.key, $0.point.energy) < ($1.key, $1.point.energy)
    }.map(\.point)
  }
  return result
}

/// Whether two scans are parts of one.
private func areParts(_ a: Scan, _ b: Scan) -> Bool {
  guard a.driven.canonical == b.driven.canonical else { return false }
  var entries: [(angle: Double, energy: Double, part: Int)] = []
  for (part, scan) in [a, b].enumerated() {
    for point in scan.points {
      entries.append((dihedralAngle(a.driven, in: point.coordinates), point.energy, part))
    }
  }
  entries.sort { ($0.angle, $0.part) < ($1.angle, $1.part) }
  var (steepest, steepestAcross) = (0.0, 0.0)
  for index in entries.indices {
    let next = entries[(index + 1) % entries.count]
    let here = entries[index]
    var step = next.angle - here.angle
    if step < 0 { step += 2 * .pi }
    if here.part != next.part {
      // The same angle in both.
      if step < 1 * Units.degree { return false }
      steepestAcross = max(steepestAcross, abs(next.energy - here.energy) / step)
    }
  }
  for part in 0...1 {
    let own = entries.filter { $0.part == part }
    for (here, next) in zip(own, own.dropFirst()) {
      steepest = max(steepest, abs(next.energy - here.energy) / max(next.angle - here.angle, Units.degree))
    }
  }
  // Steps of a part that skip every second point are less steep than the profile.
  return steepestAcross <= 4 * steepest + 0.5
}
