// The rows of the linear model: what energies, torques and forces say about the force constants.

import Chemistry
import Mechanics

/// A kind of row; each kind has a noise scale of its own.
public enum RowKind: String, CaseIterable, Hashable, Sendable {
  /// Energies of grid points, kcal/mol.
  case energy
  /// Torques about the driven bond, or others whose dihedral was held, kcal/mol/rad.
  case drivenTorque = "driven torque"
  /// Torques about the other rotatable bonds, kcal/mol/rad.
  case otherTorque = "other torque"
  /// Cartesian force components, kcal/mol/Å.
  case force

  /// Whether a free offset of the scan is in its rows.
  public var hasOffset: Bool { self == .energy }
  /// Which of a scan's noise weights applies to it, where scans have weights.
  public var weightGroup: Int { self == .otherTorque ? 1 : 0 }
  /// Whether its rows are taken at QM's geometries, which no force constants change.
  var isAtQM: Bool { self == .otherTorque || self == .force }
}

/// Rows of one kind of one scan: y = x·k + noise.
struct DesignRows: Sendable {
  /// Coefficients of the molecule's force constants, row by row.
  var x: [[Double]] = []
  /// Targets.
  var y: [Double] = []
  /// The grid point of each, by place among the scan's points.
  var points: [Int] = []
  /// How much each counts, above 0 and at most 1; see ``EnergyWeighting``.
  var weights: [Double] = []
}

extension DesignRows {
  /// What force constants leave of the targets; `columns` says which of them each number of a row belongs to.
  func residuals(_ k: [Double], columns: [Int]) -> [Double] {
    zip(x, y).map { row, y in zip(row, columns).reduce(y) { $0 - $1.0 * k[$1.1] } }
  }
}

/// What force constants make of a row; `columns` says which of them each of its numbers belongs to.
func product(_ row: [Double], _ k: [Double], columns: [Int]) -> Double {
  zip(row, columns).reduce(0) { $0 + $1.0 * k[$1.1] }
}

/// Values less their mean.
func centred(_ values: [Double]) -> [Double] {
  let mean = values.reduce(0, +) / Double(values.count)
  return values.map { $0 - mean }
}

/// The rows of one scan that enter the fit, and the energy rows of all its points for prediction.
struct ScanDesign: Sendable {
  /// Over how many dihedrals the scan goes.
  var axes = 1
  /// Grid points with an energy row.
  var points: [Int] = []
  /// The driven dihedral at those points, radian.
  var angles: [Double] = []
  /// Energy rows of those points, over the molecule's columns.
  var energyRows: [[Double]] = []
  /// E_QM − E_rest of those points, kcal/mol.
  var energyTargets: [Double] = []
  /// The rows that enter the fit.
  var fitted: [RowKind: DesignRows] = [:]
  /// Rows and targets of the same points at geometries that follow draws of the force constants, one set a draw;
  /// empty where `fitted` stands for all. See ``FitRun/following(_:)``.
  var following: [RowKind: [DesignRows]] = [:]

  /// The rows of a kind that enter the fit, one set a geometry.
  func sets(_ kind: RowKind) -> [DesignRows] { following[kind] ?? fitted[kind].map { [$0] } ?? [] }

  /// The power of the likelihood of its fitted rows.
  func power(_ options: ModelOptions) -> Double {
    options.power(points: fitted[.energy]?.y.count ?? 0, axes: axes)
  }

  mutating func add(
    _ kind: RowKind, x: [Double], y: Double, point: Int, weight: Double = 1
  ) {
    fitted[kind, default: DesignRows()].x.append(x)
    fitted[kind]!.points.append(point)
    fitted[kind]!.weights.append(weight)
    fitted[kind]!.y.append(y)
  }
}

extension PreparedFamily {
  /// What a change of the force constants does to the fitted energies of every scan, less its mean, kcal/mol.
  func profileChange(_ change: [Double], _ designs: [ScanDesign]) -> [Double] {
    zip(scans, designs).flatMap { index, design -> [Double] in
      let rows = molecules[index.molecule].isHeldOut ? [] : design.fitted[.energy]?.x ?? []
      let columns = molecules[index.molecule].basis.columns
      return centred(rows.map { product($0, change, columns: columns) })
    }
  }

  /// The design at the geometries given.
  ///
  /// - Torques about the driven bond, and about others whose dihedral was held, are taken where the energy is, at the
  ///   relaxed geometry: there they are the slope of the relaxed profile (the other internal forces vanish), in QM and
  ///   MM alike. Their rows are the slopes of the energy rows along the relaxed path.
  /// - Torques about other bonds are taken at the QM geometry. At the relaxed one the MM torque is zero under whatever
  ///   force constants it was relaxed with, and the row would only repeat them.
  ///
  /// - Parameter known: designs at other geometries of the same points, which have the rows at QM's; nil works them
  ///   out.
  func designs(
    at geometries: [RelaxedScan], likelihood: LikelihoodKind, every: Int,
    weighting: EnergyWeighting = EnergyWeighting(scheme: .none), rowsAtQM known: [ScanDesign]? = nil, threads: Int
  ) async -> [ScanDesign] {
    await parallelMap(scans.count, threads: threads) { s in
      let prepared = molecules[scans[s].molecule]
      let scan = self.scan(scans[s])
      var design = ScanDesign(axes: scan.axes.count)
      let weights = weighting.weights(of: scan.points.map(\.energy))
      let turns = prepared.turns.filter { isTold(about: $0.bond, of: prepared) }
      for (index, point) in scan.points.enumerated() {
        guard let coordinates = geometries[s].coordinates[index] else { continue }
        let row = prepared.basis.energyRow(at: coordinates)
        let (rest, restForces) = prepared.rest.energyAndForces(of: coordinates)
        let angle = dihedralAngle(scan.driven, in: coordinates)
        design.points.append(index)
        design.angles.append(angle)
        design.energyRows.append(row)
        design.energyTargets.append(point.energy - rest.total)
        // Points of no weight have no rows to fit.
        let weight = weights[index]
        guard !prepared.isHeldOut, index % every == 0, weight > 0 else { continue }
        design.add(
          .energy, x: row, y: point.energy - rest.total,
          point: index, weight: weight)
        guard likelihood != .energy, let forces = point.forces else { continue }
        let given = point.coordinates
        // Of rows at QM's geometries alone.
        let givenRest = known == nil ? prepared.rest.energyAndForces(of: given).forces : []
        if likelihood == .energyAndForces {
          guard known == nil else { continue }
          let rows = prepared.basis.forceRows(at: given)
          for atom in given.indices {
            let difference = forces[atom] - givenRest[atom]
            for (axis, y) in [difference.x, difference.y, difference.z].enumerated() {
              design.add(.force, x: rows[3 * atom + axis], y: y, point: index, weight: weight)
            }
          }
          continue
        }
        let held = [scan.driven] + scan.held
        let tangents = tangents(of: geometries[s], scan: scans[s], point: index)
        for turn in turns {
          let target = turn.torque(of: forces, in: given)
          if let axis = held.firstIndex(where: { $0.centralBond == turn.bond }) {
            let (x, rest) =
              if let tangent = tangents?[axis] {
                (
                  prepared.basis.torqueRow(along: tangent, at: coordinates),
                  zip(restForces, tangent).reduce(0) { $0 + $1.0.dot($1.1) }
                )
              } else {
                (
                  prepared.basis.torqueRow(of: turn, at: coordinates),
                  turn.torque(of: restForces, in: coordinates)
                )
              }
            design.add(
              .drivenTorque, x: x, y: target - rest, point: index,
              weight: weight)
          } else if known == nil {
            design.add(
              .otherTorque, x: prepared.basis.torqueRow(of: turn, at: given),
              y: target - turn.torque(of: givenRest, in: given), point: index, weight: weight)
          }
        }
      }
      if likelihood != .energyAndForces { takeOutUntold(&design, prepared) }
      if let known {
        for kind in RowKind.allCases where kind.isAtQM { design.fitted[kind] = known[s].fitted[kind] }
      }
      return design
    }
  }

  /// Whether scans drive bonds like one of a molecule.
  private func isTold(about bond: BondIndex, of prepared: PreparedMolecule) -> Bool {
    prepared.columns(about: [bond]).contains { classTable.isTold[$0] }
  }

  /// Moves what force constants about bonds without scans do from the fitted rows to their targets, at the base values;
  /// torques about such bonds go.
  private func takeOutUntold(_ design: inout ScanDesign, _ prepared: PreparedMolecule) {
    let untold = prepared.basis.columns.indices.filter { !classTable.isTold[prepared.basis.columns[$0]] }
    guard !untold.isEmpty else { return }
    for kind in design.fitted.keys {
      guard var rows = design.fitted[kind] else { continue }
      for i in rows.y.indices {
        for place in untold {
          rows.y[i] -= rows.x[i][place] * table.base[prepared.basis.columns[place]]
          rows.x[i][place] = 0
        }
      }
      design.fitted[kind] = rows
    }
  }
}
