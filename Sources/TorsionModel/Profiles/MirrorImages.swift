// Mirror images of the geometries along a dihedral, for profiles of molecules that are their own mirror image.

import Chemistry
import Mechanics

/// A grid point of a predicted profile.
struct RelaxedPoint: Sendable {
  /// The driven dihedral, radian.
  var angle: Double
  /// kcal/mol.
  var energy: Double
  /// What the force constants multiply there.
  var row: [Double]
  /// The other dihedral of a two-dimensional grid, radian.
  var second: Double?

  init(angle: Double, second: Double? = nil, energy: Double, row: [Double]) {
    self.angle = angle
    self.second = second
    self.energy = energy
    self.row = row
  }

  /// Relaxes a geometry with the driven dihedral and others held, or takes it as given; nil where that does not
  /// converge.
  init?(
    _ geometry: [Vector3], driven: Quartet, held: [Quartet], second: Quartet?, relaxes: Bool,
    model: EnergyModel, basis: Basis, rotors: Rotors, options: RelaxationOptions
  ) {
    let relaxed =
      relaxes
      ? model.relaxed(geometry, holding: driven, and: held, rotors: rotors, options: options)
      : RelaxedGeometry(coordinates: geometry, converged: true, evaluations: 0)
    let energy = model.energy(of: relaxed.coordinates).total
    guard relaxed.converged, energy.isFinite else { return nil }
    self.init(
      angle: dihedralAngle(driven, in: relaxed.coordinates),
      second: second.map { dihedralAngle($0, in: relaxed.coordinates) }, energy: energy,
      row: basis.energyRow(at: relaxed.coordinates))
  }
}

/// Which geometry's mirror image belongs to each grid point.
struct MirrorImages: Sendable {
  private let driven: Quartet
  private let geometries: [[Vector3]]
  private let angles: [Double]
  /// The geometry on the other side, by place.
  private let partners: [Int?]
  /// The atoms that turn to bring a mirror image to the grid point's angle; nil for a bond in a ring.
  private let side: [Int]?

  /// Angles that differ by less are one grid point's and its mirror image's, radian.
  private static let tolerance = 0.05 * Units.degree
  /// Images farther off are of no use, radian.
  private static let widestTurn = 20 * Units.degree

  /// Nil for a molecule with stereocentres, and for energies that mirror images do not share.
  init?(of topology: Topology, driven: Quartet, geometries: [[Vector3]], model: EnergyModel) {
    guard topology.stereocentres.isEmpty else { return nil }
    for geometry in geometries {
      let energies = [geometry, Self.image(of: geometry)].map { model.energy(of: $0).total }
      guard abs(energies[0] - energies[1]) < 1e-6 * max(1, abs(energies[0])) else { return nil }
    }
    self.driven = driven
    self.geometries = geometries
    let angles = geometries.map { dihedralAngle(driven, in: $0) }
    self.angles = angles
    partners = angles.map { angle in
      angles.indices.min { abs(wrapped(angles[$0] + angle)) < abs(wrapped(angles[$1] + angle)) }
    }
    side = topology.bondGraph.side(of: driven.k, awayFrom: driven.j)
  }

  /// A geometry seen in the mirror x → −x.
  static func image(of geometry: [Vector3]) -> [Vector3] {
    geometry.map { Vector3(-$0.x, $0.y, $0.z) }
  }

  /// How far the other side's mirror image is from a grid point's angle, radian.
  private func turn(_ index: Int) -> Double? {
    partners[index].map { wrapped(angles[index] + angles[$0]) }
  }

  /// The mirror image that belongs to a grid point, turned to its angle; nil where the relaxed partner itself does, or
  /// none.
  func start(for index: Int) -> [Vector3]? {
    guard let partner = partners[index], let turn = turn(index), let side,
      abs(turn) >= Self.tolerance, abs(turn) < Self.widestTurn
    else { return nil }
    var result = Self.image(of: geometries[partner])
    let axis = (result[driven.k] - result[driven.j]).normalized
    let origin = result[driven.j]
    for atom in side { result[atom] = rotated(result[atom], about: axis, through: origin, by: turn) }
    return result
  }

  /// The lower of each grid point and its image.
  func lower(of points: [RelaxedPoint?], images: [RelaxedPoint?]) -> [RelaxedPoint?] {
    points.indices.map { index in
      let own = points[index]
      var other = images[index]
      if let partner = partners[index], let turn = turn(index), abs(turn) < Self.tolerance, partner != index {
        // The mirror image of what the partner relaxed to: equal energies and rows to the last bit.
        other = points[partner].map {
          RelaxedPoint(angle: own?.angle ?? -$0.angle, energy: $0.energy, row: $0.row)
        }
      }
      guard let own else { return other }
      guard let other else { return own }
      // Of equals that of the first place, on both sides.
      if other.energy == own.energy, let partner = partners[index] { return partner < index ? other : own }
      return other.energy < own.energy ? other : own
    }
  }
}
