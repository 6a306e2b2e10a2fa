// Grids over two dihedrals and more: told from where the dihedrals stand.

import CMath
import Chemistry

/// The values that a driven dihedral takes on a grid.
struct GridAxis {
  /// The dihedral.
  var quartet: Quartet
  /// The value that each point belongs to, by place along the circle.
  var places: [Int]
  /// How many values there are.
  var count: Int
  /// The mean width of a value over its points, radian: of the dihedrals about one bond that which was held is
  /// narrowest.
  var width: Double

  /// Points of one value are within this, radian: xtb holds by a spring that gives way by half a degree.
  static let widest = 2 * Units.degree
  /// Steps of a grid, radian.
  static let steps = (5 * Units.degree)...(60.5 * Units.degree)
  /// Values are within this of multiples of the step, radian.
  static let slack = 1.5 * Units.degree

  /// The axis of a dihedral's values over points; nil where they are not on a regular grid, each value at several
  /// points.
  ///
  /// Rotors that are free stand in wells: on a grid with steps of at most 60° that has four values and more, some would
  /// stand on a barrier.
  init?(_ quartet: Quartet, angles: [Double], leastValues: Int) {
    guard angles.allSatisfy(\.isFinite), angles.count >= 3 * leastValues else { return nil }
    let order = angles.indices.sorted { (angles[$0], $0) < (angles[$1], $1) }
    // Start behind the largest gap, so that no value is cut in two at ±180°.
    let gaps = order.indices.map { place -> Double in
      let next = place + 1 < order.count ? angles[order[place + 1]] : angles[order[0]] + 2 * .pi
      return next - angles[order[place]]
    }
    let start = (gaps.indices.max { gaps[$0] < gaps[$1] }! + 1) % order.count
    var groups: [[Double]] = []
    var places = [Int](repeating: 0, count: angles.count)
    for index in order.indices.map({ order[($0 + start) % order.count] }) {
      let angle = angles[index]
      if let last = groups.last?.last, wrapped(angle - last) < Self.widest {
        groups[groups.count - 1].append(angle)
      } else {
        groups.append([angle])
      }
      places[index] = groups.count - 1
    }
    guard groups.count >= leastValues, angles.count >= 3 * groups.count else { return nil }
    let widths = groups.map { wrapped($0[$0.count - 1] - $0[0]) }
    guard widths.allSatisfy({ $0 >= 0 && $0 < Self.widest }) else { return nil }
    let centres = zip(groups, widths).map { $0[0] + $1 / 2 }
    let distances = zip(centres.dropFirst(), centres).map { pair -> Double in
      let distance = wrapped(pair.0 - pair.1)
      return distance < 0 ? distance + 2 * .pi : distance
    }
    guard let step = distances.min(), Self.steps.contains(step) else { return nil }
    // Steps add up: their errors do not.
    let mean = centres.indices.dropFirst().reduce((sum: 0.0, count: 0.0)) { total, index in
      let multiples = (distances[index - 1] / step).rounded()
      return (total.sum + distances[index - 1], total.count + multiples)
    }
    let fine = mean.sum / mean.count
    guard distances.allSatisfy({ abs($0 - ($0 / fine).rounded() * fine) < Self.slack }) else { return nil }
    self.quartet = quartet
    self.places = places
    count = groups.count
    width = widths.reduce(0, +) / Double(groups.count)
  }
}

/// The dihedrals whose values make a grid over the points given: one for each bond about which there is any.
///
/// - Parameters:
///   - frames: geometries, Å.
///   - driven: a dihedral that is known to be an axis, whose bond is left out; nil where none is known.
///   - leastValues: how many values an axis must have.
func gridAxes(
  _ frames: [[Vector3]], besides driven: Quartet?, graph: BondGraph, leastValues: Int = 4
) -> [GridAxis] {
  graph.rotatableBonds.filter { $0 != driven?.centralBond }.compactMap { bond in
    graph.quartets(about: bond).compactMap { quartet in
      GridAxis(quartet, angles: frames.map { dihedralAngle(quartet, in: $0) }, leastValues: leastValues)
    }.min { $0.width < $1.width }
  }
}

/// Which dihedrals a file drives beside the driven one, where its points make a grid over both; empty where they do
/// not.
///
/// On a grid nearly every pair of values occurs once: a scan of which a rotor turns from well to well does not fill it.
func gridAxes(_ frames: [[Vector3]], driven: Quartet, graph: BondGraph) -> [Quartet] {
  guard let first = GridAxis(driven, angles: frames.map { dihedralAngle(driven, in: $0) }, leastValues: 3)
  else { return [] }
  return gridAxes(frames, besides: driven, graph: graph).filter { areGrid([first, $0]) }.map(\.quartet)
}

/// Both dihedrals, or more, of a grid whose file names none; empty where its points make no grid.
func foundGrid(_ frames: [[Vector3]], graph: BondGraph) -> [Quartet] {
  let axes = gridAxes(frames, besides: nil, graph: graph)
  guard axes.count > 1, areGrid(axes) else { return [] }
  return axes.map(\.quartet)
}

/// Whether points are on different places of a grid, and fill a good part of it.
private func areGrid(_ axes: [GridAxis]) -> Bool {
  guard let points = axes.first?.places.count else { return false }
  let taken = Set((0..<points).map { point in axes.map { $0.places[point] } }).count
  let size = axes.reduce(1) { $0 * $1.count }
  return 5 * taken >= 4 * points && 5 * taken >= 2 * size
}

/// Marks scans that are rows of one grid: the same dihedral is driven in each, and another stands at a value of its
/// own, the values of all rows being a grid.
///
/// - Parameters:
///   - scans: of one molecule.
///   - isOpen: whether nothing was stated of what a scan held.
/// - Returns: the scans, those of rows with what they held; the places of rows; and what to tell the user.
func markingRows(_ scans: [Scan], graph: BondGraph, isOpen: (Scan) -> Bool) -> (
  scans: [Scan], rows: Set<Int>, notes: [String]
) {
  var result = scans
  var found: Set<Int> = []
  var notes: [String] = []
  let open = scans.indices.filter {
    scans[$0].held.count < 2 && scans[$0].second == nil && isOpen(scans[$0])
  }
  let groups = Dictionary(grouping: open) { scans[$0].driven.canonical.atoms }
  for (_, members) in groups.sorted(by: { $0.value[0] < $1.value[0] }) where members.count > 3 {
    let frames = members.flatMap { scans[$0].points.map(\.coordinates) }
    let rows = members.flatMap { [Int](repeating: $0, count: scans[$0].points.count) }
    let axes = gridAxes(frames, besides: scans[members[0]].driven, graph: graph).filter { axis in
      // One value a row, and few rows with equal ones.
      let values = Dictionary(grouping: axis.places.indices) { rows[$0] }.values.map { row in
        Set(row.map { axis.places[$0] })
      }
      return values.allSatisfy { $0.count == 1 } && 5 * axis.count >= 2 * members.count
    }
    // Some rows may have told of what they held on their own.
    let known = members.compactMap { scans[$0].held.first }
    guard axes.count == 1, let axis = axes.first?.quartet,
      known.allSatisfy({ $0.centralBond == axis.centralBond })
    else { continue }
    let held = known.first ?? axis
    found.formUnion(members)
    for index in members { result[index].held = [held] }
    notes.append(
      """
      \(scans[members[0]].id) and \(members.count - 1) more are rows of a grid: the dihedral \(list(held)) \
      was held in each (zero-based), and is held while they relax
      """
    )
  }
  return (result, found, notes)
}
