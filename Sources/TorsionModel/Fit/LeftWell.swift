// Grid points at which a force field would turn another rotor out of the well that quantum chemistry has it in.

import Chemistry
import Mechanics

/// A grid point at which a wall holds a rotor, and where the rotor goes without.
public struct LeftWell: Hashable, Sendable {
  /// Whether the fitted force field does so, not the base one.
  public var isFitted: Bool
  /// Where the point stands in its file, from 1.
  public var frame: Int
  /// The driven dihedral, radian.
  public var drivenAngle: Double
  /// The other dihedral that turns most.
  public var rotor: Quartet
  /// Its value in the quantum-chemical geometry, radian.
  public var from: Double
  /// Its value once nothing holds it, radian.
  public var to: Double
  /// How far the force field's energy falls on the way from the wall, kcal/mol.
  public var energyDrop: Double

  /// What a free rotor must gain to be named, kcal/mol: less does not show in a profile.
  static let leastDrop = 0.05
}

/// What other rotors of a scan do while it relaxes.
struct RotorTurns: Sendable {
  /// The largest turn of another rotor against quantum chemistry, radian; nil where there is none.
  var largest: Double?
  /// The points at which a wall holds one.
  var left: [LeftWell] = []
}

extension PreparedFamily {
  /// What other rotors do in relaxed scans, one entry a scan; points at a wall are relaxed once more without.
  func rotorTurns(of relaxed: [RelaxedScan], isFitted: Bool, threads: Int) async -> [RotorTurns] {
    let jobs = scans.indices.flatMap { s in
      relaxed[s].relaxation == nil
        ? []
        : scan(scans[s]).points.indices.filter { relaxed[s].coordinates[$0] != nil }.map {
          (scan: s, point: $0)
        }
    }
    let results = await parallelMap(jobs.count, threads: threads) {
      number -> (turn: Double, left: LeftWell?)? in
      let (s, p) = jobs[number]
      guard let coordinates = relaxed[s].coordinates[p], let relaxation = relaxed[s].relaxation else {
        return nil
      }
      let model = relaxation.model
      var options = relaxation.options
      let scan = self.scan(scans[s])
      let point = scan.points[p]
      let rotors = self.rotors(of: scans[s])
      guard let here = rotors.largestTurn(from: point.coordinates, to: coordinates) else { return nil }
      // Walls give way by less than a tenth of a degree where the push is small.
      guard here.turn > options.wellHalfWidth - 0.1 * Units.degree else { return (here.turn, nil) }
      options.wellHalfWidth = .infinity
      let free = relaxedOn(coordinates, scan: scans[s], point: p, under: model, options: options)
      let there = rotors.largestTurn(from: point.coordinates, to: free.coordinates) ?? here
      let drop = model.energy(of: coordinates).total - model.energy(of: free.coordinates).total
      guard drop > LeftWell.leastDrop else { return (here.turn, nil) }
      let left = LeftWell(
        isFitted: isFitted, frame: point.frame,
        drivenAngle: dihedralAngle(scan.driven, in: point.coordinates),
        rotor: there.rotor, from: dihedralAngle(there.rotor, in: point.coordinates),
        to: dihedralAngle(there.rotor, in: free.coordinates),
        energyDrop: drop)
      return (here.turn, left)
    }
    var output = scans.map { _ in RotorTurns() }
    for (job, result) in zip(jobs, results) {
      guard let result else { continue }
      output[job.scan].largest = max(output[job.scan].largest ?? 0, result.turn)
      if let left = result.left { output[job.scan].left.append(left) }
    }
    return output
  }
}
