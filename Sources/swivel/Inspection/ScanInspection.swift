// What inspect says of topologies and of scans that were read for one.

import Chemistry

struct TopologyInspection: Encodable {
  struct Divisors: Encodable { var scee: Double, scnb: Double }
  var id: String
  var atoms: Int, bonds: Int, angles: Int, torsions: Int, impropers: Int, pairs: Int
  var charge: Double
  var types: [String]
  var oneFour: [Divisors]

  init(_ topology: Topology, id: String) {
    self.id = id
    atoms = topology.atoms.count
    bonds = topology.bonds.count
    angles = topology.angles.count
    torsions = topology.torsions.count
    impropers = topology.impropers.count
    pairs = topology.pairs.count
    charge = topology.atoms.reduce(0) { $0 + $1.charge }
    types = Set(topology.atoms.map(\.type)).sorted()
    oneFour = topology.oneFourScalings.map { Divisors(scee: $0.coulombDivisor, scnb: $0.lennardJonesDivisor) }
  }
}

struct ScanInspection: Encodable {
  var scan: String
  var molecule: String?
  var driven: [Int]
  var types: [String]
  /// relaxed or rigid.
  var geometry: String
  /// Its level of theory where that is another than the family's.
  var level: String?
  /// Further dihedrals that are held.
  var held: [[Int]]
  /// The one of them over which a two-dimensional grid goes.
  var second: [Int]?
  var points: Int
  var from: Double, to: Double, spacing: Double?, span: Double
  var hasForces: Bool
  var setAside: [String]

  init(_ scan: Scan, molecule: String?, topology: Topology) {
    self.scan = scan.id
    self.molecule = molecule
    driven = scan.driven.atoms
    types = topology.type(of: scan.driven).types
    geometry = scan.geometry.rawValue
    level = scan.level
    held = scan.held.map(\.atoms)
    second = scan.second?.atoms
    points = scan.points.count
    let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) / Units.degree }.sorted()
    from = angles.first ?? 0
    to = angles.last ?? 0
    var steps = zip(angles.dropFirst(), angles).map { $0 - $1 }.sorted()
    // The values of a grid occur in every row.
    if second != nil { steps.removeAll { $0 < 2 } }
    spacing = steps.isEmpty ? nil : steps[steps.count / 2]
    let energies = scan.points.map(\.energy)
    span = (energies.max() ?? 0) - (energies.min() ?? 0)
    hasForces = scan.points.allSatisfy { $0.forces != nil }
    setAside = scan.setAside.map { "frame \($0.frame): \($0.reason)" }
  }

  /// "relaxed", "rigid", "2-D with 4-0-1-2", "4-0-1-2 held".
  var making: String {
    var words = geometry == "rigid" || held.isEmpty ? [geometry] : []
    if let second { words.append("2-D with \(joinedIndices(second))") }
    let others = held.filter { $0 != second }
    if let level { words.append("at \(level)") }
    if !others.isEmpty { words.append(others.map(joinedIndices).joined(separator: " ") + " held") }
    return words.joined(separator: ", ")
  }
}
