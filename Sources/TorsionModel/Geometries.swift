// The backward arrow of the data flow: grid points relaxed under given force constants.

import Chemistry
import Mechanics

/// The relaxed grid points of one scan.
struct RelaxedScan: Sendable {
  /// One a grid point; nil where relaxation did not converge.
  var coordinates: [[Vector3]?]
  /// Molecular-mechanics energy at each, kcal/mol.
  var energies: [Double?]
}

extension PreparedFamily {
  /// Every scan relaxed, driven dihedral held, under the topologies' fitted torsions replaced by `parameters`
  /// (nil: the base force field). Each point starts from its quantum-chemical geometry, so the result depends
  /// on nothing but the data and the force constants.
  ///
  /// - Parameter relax: false takes the geometries as given and only evaluates energies.
  func relaxedScans(
    under parameters: TorsionParameters?, options: RelaxationOptions, relax: Bool, threads: Int
  ) async -> [RelaxedScan] {
    let models = molecules.map { prepared in
      EnergyModel(parameters?.applied(to: prepared.molecule.topology) ?? prepared.molecule.topology)
    }
    let jobs = scans.indices.flatMap { s in scan(scans[s]).points.indices.map { (scan: s, point: $0) } }
    let results = await parallelMap(jobs.count, threads: threads) { job -> ([Vector3], Double)? in
      let index = scans[jobs[job].scan]
      let scan = self.scan(index)
      let model = models[index.molecule]
      var coordinates = scan.points[jobs[job].point].coordinates
      if relax {
        let relaxed = model.relaxed(
          coordinates, holding: scan.driven,
          otherRotors: molecules[index.molecule].rotors.filter { $0.centralBond != scan.driven.centralBond },
          options: options)
        guard relaxed.converged else { return nil }
        coordinates = relaxed.coordinates
      }
      let energy = model.energy(of: coordinates).total
      return energy.isFinite ? (coordinates, energy) : nil
    }
    var output = scans.map { _ in RelaxedScan(coordinates: [], energies: []) }
    for (job, result) in zip(jobs, results) {
      output[job.scan].coordinates.append(result?.0)
      output[job.scan].energies.append(result?.1)
    }
    return output
  }
}
