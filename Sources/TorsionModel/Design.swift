// The rows of the linear model: what energies, torques and forces say about the force constants.

import Chemistry
import Mechanics

/// A kind of row; each kind has a noise scale of its own.
public enum RowKind: String, CaseIterable, Hashable, Sendable {
  /// Energies of grid points, kcal/mol.
  case energy
  /// Torques about the driven bond, kcal/mol/rad.
  case drivenTorque = "driven torque"
  /// Torques about the other rotatable bonds, kcal/mol/rad.
  case otherTorque = "other torque"
  /// Cartesian force components, kcal/mol/Å.
  case force
}

/// The rows of one scan, reduced to sufficient statistics, and the energy rows themselves for prediction.
struct ScanDesign: Sendable {
  /// Grid points with an energy row.
  var points: [Int] = []
  /// Energy rows of those points.
  var energyRows: [[Double]] = []
  /// E_QM − E_rest of those points, kcal/mol.
  var energyTargets: [Double] = []
  /// Sums over the rows that enter the fit.
  var statistics: [RowKind: RowStatistics] = [:]
}

extension PreparedFamily {
  /// The design at the geometries given.
  ///
  /// - Torques about the driven bond are taken where the energy is, at the relaxed geometry: there they are the
  ///   slope of the relaxed profile (the other internal forces vanish), in QM and MM alike.
  /// - Torques about other bonds are taken at the QM geometry. At the relaxed one the MM torque is zero under whatever
  ///   force constants it was relaxed with, and the row would only repeat them.
  func designs(
    at geometries: [RelaxedScan], likelihood: LikelihoodKind, every: Int, threads: Int
  ) async -> [ScanDesign] {
    await parallelMap(scans.count, threads: threads) { s in
      let prepared = molecules[scans[s].molecule]
      let scan = self.scan(scans[s])
      var design = ScanDesign()
      for (index, point) in scan.points.enumerated() {
        guard let coordinates = geometries[s].coordinates[index] else { continue }
        let row = prepared.basis.energyRow(at: coordinates)
        let (rest, restForces) = prepared.rest.energyAndForces(of: coordinates)
        design.points.append(index)
        design.energyRows.append(row)
        design.energyTargets.append(point.energy - rest.total)
        guard !prepared.isHeldOut, index % every == 0 else { continue }
        let columns = prepared.basis.columnCount
        func add(_ kind: RowKind, _ x: [Double], _ y: Double) {
          design.statistics[kind, default: RowStatistics(columns: columns)].add(x, y)
        }
        add(.energy, row, point.energy - rest.total)
        guard likelihood != .energy, let forces = point.forces else { continue }
        let given = point.coordinates
        let givenRest = prepared.rest.energyAndForces(of: given).forces
        if likelihood == .energyAndForces {
          let rows = prepared.basis.forceRows(at: given)
          for atom in given.indices {
            let difference = forces[atom] - givenRest[atom]
            for (axis, y) in [difference.x, difference.y, difference.z].enumerated() {
              add(.force, rows[3 * atom + axis], y)
            }
          }
          continue
        }
        for turn in prepared.turns {
          let target = turn.torque(of: forces, in: given)
          if turn.bond == scan.driven.centralBond {
            add(
              .drivenTorque, prepared.basis.torqueRow(of: turn, at: coordinates),
              target - turn.torque(of: restForces, in: coordinates))
          } else {
            add(
              .otherTorque, prepared.basis.torqueRow(of: turn, at: given),
              target - turn.torque(of: givenRest, in: given))
          }
        }
      }
      return design
    }
  }

  /// The normal equations of each kind of row over all scans, offsets of the energies integrated out.
  func normalEquations(_ designs: [ScanDesign]) -> [(kind: RowKind, equations: NormalEquations)] {
    RowKind.allCases.compactMap { kind in
      let parts = designs.compactMap { $0.statistics[kind] }
      guard !parts.isEmpty else { return nil }
      var sum = NormalEquations(columns: table.parameters.count)
      for part in parts { sum.add(kind == .energy ? part.withFreeOffset : part.aboutZero) }
      return sum.degreesOfFreedom > 0 ? (kind, sum) : nil
    }
  }
}
