// Parts of one scan as one scan, so that they share the zero of their energies.

import Chemistry

/// The molecule with the parts of one scan joined, and all grid points sorted by angle.
///
/// Files of one driven dihedral are parts of one scan when their angles interleave or adjoin and their energies make
/// one smooth profile; as separate scans each would spend an offset of its own. Scans over the same angles, such as
/// those of two conformers, and scans on different zeros keep an offset each; so do scans that were made in different
/// ways. Rows of a grid are parts of one scan too. Sorting makes later sums independent of the order in the files.
func mergingScans(_ molecule: Molecule) -> Molecule {
  var result = molecule
  result.scans = []
  for scan in joiningRows(molecule.scans) {
    if let same = result.scans.firstIndex(where: { areParts($0, scan) }) {
      result.scans[same].join(scan)
    } else {
      result.scans.append(scan)
    }
  }
  for index in result.scans.indices {
    let driven = result.scans[index].driven
    if let second = result.scans[index].second {
      // To the degree, as held dihedrals give way a little.
      let keyed = result.scans[index].points.map { point in
        (key: [driven, second].map { degree(of: $0, in: point) }, point: point)
      }
      result.scans[index].points = keyed.sorted {
        $0.key == $1.key ? $0.point.energy < $1.point.energy : $0.key.lexicographicallyPrecedes($1.key)
      }.map(\.point)
      continue
    }
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

extension Scan {
  /// Adds the points of another part.
  fileprivate mutating func join(_ part: Scan) {
    id += " + " + part.id
    points += part.points
    setAside += part.setAside
  }

  /// Whether another scan was made in the same way.
  fileprivate func isMade(like other: Scan) -> Bool {
    driven.canonical == other.driven.canonical && geometry == other.geometry && level == other.level
      && Set(held.map(\.canonical)) == Set(other.held.map(\.canonical))
  }
}

/// A dihedral at a grid point, whole degrees from −179 to 180.
private func degree(of quartet: Quartet, in point: GridPoint) -> Int {
  let angle = dihedralAngle(quartet, in: point.coordinates) / Units.degree
  guard angle.isFinite else { return 0 }
  let whole = Int(angle.rounded())
  return whole == -180 ? 180 : whole
}

/// Scans with the rows of each two-dimensional grid joined to one.
private func joiningRows(_ scans: [Scan]) -> [Scan] {
  var result: [Scan] = []
  var taken: Set<Int> = []
  for index in scans.indices where !taken.contains(index) {
    let alike = scans.indices.filter {
      $0 >= index && !taken.contains($0) && scans[$0].isMade(like: scans[index])
    }
    guard let held = scans[index].held.first, alike.count > 1, areRows(alike.map { scans[$0] }, held: held)
    else {
      result.append(scans[index])
      continue
    }
    var joined = scans[index]
    for other in alike.dropFirst() { joined.join(scans[other]) }
    result.append(joined)
    taken.formUnion(alike)
  }
  return result
}

/// Whether scans, in each of which a dihedral was held at one value, are rows of one grid on one zero of energy: the
/// energy is as smooth from row to row as along them.
private func areRows(_ scans: [Scan], held: Quartet) -> Bool {
  guard scans.allSatisfy({ $0.held.count == 1 && $0.second == nil }) else { return false }
  let rows = scans.map { scan in
    (
      at: dihedralAngle(held, in: scan.points[0].coordinates),
      points: scan.points.map { (angle: dihedralAngle(scan.driven, in: $0.coordinates), energy: $0.energy) }
        .sorted { ($0.angle, $0.energy) < ($1.angle, $1.energy) }
    )
  }.sorted { $0.at < $1.at }
  // Rows that each have their own lowest energy at zero are not on one. Mirror images have equal ones, two by two.
  let lowest = rows.compactMap { $0.points.map(\.energy).min() }.sorted()
  let different = 1 + zip(lowest.dropFirst(), lowest).count { $0 - $1 > 1e-6 }
  guard different == rows.count || rows.count > 3 && 2 * different >= rows.count else { return false }
  var (steepest, steepestAcross) = (0.0, 0.0)
  for (row, next) in zip(rows, rows.dropFirst()) {
    guard next.at - row.at > 3 * Units.degree else { return false }
    for (a, b) in zip(row.points, row.points.dropFirst()) {
      steepest = max(steepest, abs(b.energy - a.energy) / max(b.angle - a.angle, Units.degree))
    }
    for point in row.points {
      guard
        let near = next.points.min(by: {
          abs(wrapped($0.angle - point.angle)) < abs(wrapped($1.angle - point.angle))
        })
      else { continue }
      let turn = abs(wrapped(near.angle - point.angle)) + next.at - row.at
      steepestAcross = max(steepestAcross, abs(near.energy - point.energy) / turn)
    }
  }
  return steepestAcross <= 4 * steepest + 0.5
}

/// Whether every held dihedral has one value over two scans.
private func haveEqualHeld(_ a: Scan, _ b: Scan) -> Bool {
  guard let first = a.points.first, let second = b.points.first else { return true }
  return a.held.allSatisfy { held in
    abs(wrapped(dihedralAngle(held, in: first.coordinates) - dihedralAngle(held, in: second.coordinates)))
      < 3 * Units.degree
  }
}

/// Whether two scans are parts of one.
private func areParts(_ a: Scan, _ b: Scan) -> Bool {
  guard a.isMade(like: b), a.second == nil, b.second == nil, haveEqualHeld(a, b) else { return false }
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
