// The backward arrow of the data flow: grid points relaxed under given force constants.

import Chemistry
import Mechanics

/// The relaxed grid points of one scan.
struct RelaxedScan: Sendable {
  /// One a grid point; nil where relaxation did not converge.
  var coordinates: [[Vector3]?]
  /// Molecular-mechanics energy at each, kcal/mol.
  var energies: [Double?]
  /// The force field they were relaxed under, and how; nil for geometries as given.
  var relaxation: (model: EnergyModel, options: RelaxationOptions)?
  /// How grid points move with each held dihedral, where that is known already; see `tangents(of:scan:point:)`.
  var tangents: [Int: [[Vector3]]?] = [:]
}

/// The grid points of a family relaxed under its base force field; they do not depend on what is held out.
public struct BaseGeometries: Sendable {
  var scans: [RelaxedScan]
}

extension PreparedFamily {
  /// Every scan relaxed, driven and further held dihedrals held, rigid scans left as they are, under the topologies'
  /// fitted torsions replaced by `parameters` (nil: the base force field). Each point starts from its quantum-chemical
  /// geometry, and from its neighbours' where rotors end elsewhere there, so the result depends on nothing but the data
  /// and the force constants.
  ///
  /// - Parameters:
  ///   - relax: false takes the geometries as given and only evaluates energies.
  ///   - heldOutOnly: leaves out scans of fitted molecules, which come back without energies.
  ///   - progress: told how many grid points there are, and of each that is done.
  func relaxedScans(
    under parameters: TorsionParameters?, options: RelaxationOptions, relax: Bool, threads: Int,
    heldOutOnly: Bool = false, progress: @escaping @Sendable (FitStage) -> Void = { _ in }
  ) async -> [RelaxedScan] {
    let models = molecules.map { prepared in
      EnergyModel(parameters?.applied(to: prepared.molecule.topology) ?? prepared.molecule.topology)
    }
    let jobs = scans.indices.flatMap { s in scan(scans[s]).points.indices.map { (scan: s, point: $0) } }
    let results = await parallelMap(jobs.count, threads: threads, progress: progress) {
      job -> (coordinates: [Vector3], energy: Double)? in
      let index = scans[jobs[job].scan]
      if heldOutOnly, !molecules[index.molecule].isHeldOut { return nil }
      let scan = self.scan(index)
      let model = models[index.molecule]
      let start = scan.points[jobs[job].point].coordinates
      guard relax, scan.geometry == .relaxed else {
        let energy = model.energy(of: start).total
        return energy.isFinite ? (start, energy) : nil
      }
      let relaxed = model.relaxed(
        start, holding: scan.driven, and: scan.held, rotors: rotors(of: index), options: options)
      let energy = model.energy(of: relaxed.coordinates).total
      guard relaxed.converged, energy.isFinite else { return nil }
      return (relaxed.coordinates, energy)
    }
    var output = scans.map { scan in
      RelaxedScan(
        coordinates: [], energies: [],
        relaxation: relax && self.scan(scan).geometry == .relaxed ? (models[scan.molecule], options) : nil)
    }
    for (job, result) in zip(jobs, results) {
      output[job.scan].coordinates.append(result?.coordinates)
      output[job.scan].energies.append(result?.energy)
    }
    await settleBetweenNeighbours(&output, options: options, threads: threads)
    return output
  }

  /// A grid point relaxed from a geometry that has left its saddles already: its own under other force constants or
  /// without walls, or a neighbour's. A rigid scan's stays as it is.
  ///
  /// - Parameters:
  ///   - start: the geometry, Å.
  ///   - index: the scan.
  ///   - point: the grid point that walls and restraints stand about.
  ///   - model: the force field.
  ///   - options: walls, restraints and limits.
  func relaxedOn(
    _ start: [Vector3], scan index: ScanIndex, point: Int, under model: EnergyModel, options: RelaxationOptions
  ) -> RelaxedGeometry {
    let scan = self.scan(index)
    guard scan.geometry == .relaxed else {
      return RelaxedGeometry(coordinates: start, converged: true, evaluations: 0)
    }
    var rotors = self.rotors(of: index)
    rotors.turns = []
    return model.relaxed(
      start, holding: scan.driven, and: scan.held, rotors: rotors, about: scan.points[point].coordinates,
      options: options)
  }

  /// Works out how every `every`-th grid point with forces moves, for all fits that share the geometries.
  func keepTangents(of relaxed: inout [RelaxedScan], every: Int, threads: Int) async {
    let jobs = scans.indices.flatMap { s in
      scan(scans[s]).points.indices.filter {
        $0 % every == 0 && scan(scans[s]).points[$0].forces != nil && relaxed[s].coordinates[$0] != nil
      }.map { (scan: s, point: $0) }
    }
    let given = relaxed
    let found = await parallelMap(jobs.count, threads: threads) { job in
      tangents(of: given[jobs[job].scan], scan: scans[jobs[job].scan], point: jobs[job].point)
    }
    for (job, tangents) in zip(jobs, found) {
      relaxed[job.scan].tangents.updateValue(tangents, forKey: job.point)
    }
  }

  /// How a relaxed grid point of a scan moves with its driven dihedral and, after it, with each that is held besides,
  /// Å/rad; nil for geometries as given.
  func tangents(of relaxed: RelaxedScan, scan index: ScanIndex, point: Int) -> [[Vector3]]? {
    if let known = relaxed.tangents[point] { return known }
    guard let (model, options) = relaxed.relaxation, let coordinates = relaxed.coordinates[point] else {
      return nil
    }
    let scan = self.scan(index)
    let energy = model.restrained(
      to: scan.points[point].coordinates, rotors: rotors(of: index), options: options)
    return pathTangents(at: coordinates, holding: [scan.driven] + scan.held) {
      _ = energy.evaluate($0, gradient: $1)
    }
  }
}
