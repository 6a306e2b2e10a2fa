// Families whose truth is known: alkanes with altered torsions as "quantum chemistry".

import Chemistry
import Mechanics
import Statistics
import Support
import TorsionModel

/// How a synthetic family is made.
public struct SyntheticFamily: Sendable {
  /// Carbons of each molecule.
  public var carbons = [4, 5]
  /// What the true force field has in place of the base force field's terms.
  public var truth = TorsionParameters([
    TorsionType("c3", "c3", "c3", "c3"): [
      TorsionTerm(periodicity: 1, phase: 0, forceConstant: 0.3),
      TorsionTerm(periodicity: 2, phase: 0, forceConstant: -0.1),
      TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.25),
    ],
    TorsionType("hc", "c3", "c3", "c3"): [TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.12)],
    TorsionType("hc", "c3", "c3", "hc"): [TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.2)],
  ])
  /// Grid points a scan.
  public var points = 24
  /// Standard deviation of noise on the energies, kcal/mol.
  public var energyNoise = 0.0
  /// Standard deviation of noise on every force component, kcal/mol/Å.
  public var forceNoise = 0.0
  /// Whether the geometries are relaxed under the true force field, driven dihedral held.
  public var isRelaxed = false
  /// Of the noise.
  public var seed: UInt64 = 1

  /// A family of these; the noise is none and the geometries are not relaxed unless said.
  public init(
    carbons: [Int] = [4, 5], points: Int = 24, energyNoise: Double = 0, forceNoise: Double = 0,
    isRelaxed: Bool = false, seed: UInt64 = 1
  ) {
    self.carbons = carbons
    self.points = points
    self.energyNoise = energyNoise
    self.forceNoise = forceNoise
    self.isRelaxed = isRelaxed
    self.seed = seed
  }

  /// The family: every molecule's first inner bond driven, and its second where there is one.
  public func family() -> Family {
    var stream = RandomStream(seed: seed)
    var molecules: [Molecule] = []
    for count in carbons {
      let alkane = Alkane(carbons: count)
      let model = EnergyModel(truth.applied(to: alkane.topology))
      let scans = (1..<max(2, count / 2)).map { bond -> Scan in
        let driven = Quartet(bond - 1, bond, bond + 1, bond + 2)
        let points = (0..<self.points).map { number -> GridPoint in
          let turn = 2 * Double.pi * Double(number) / Double(self.points)
          var coordinates = alkane.turned(bond: bond, by: turn)
          if isRelaxed {
            let relaxed = model.relaxed(
              coordinates, holding: driven, options: RelaxationOptions(tolerance: 1e-4))
            precondition(relaxed.converged, "synthetic molecules relax")
            coordinates = relaxed.coordinates
          }
          let (energy, forces) = model.energyAndForces(of: coordinates)
          return GridPoint(
            coordinates: coordinates, energy: energy.total - 8000 + energyNoise * stream.normal(),
            forces: forces.map {
              $0 + Vector3(stream.normal(), stream.normal(), stream.normal()) * forceNoise
            }, frame: number + 1)
        }
        return Scan(id: "C\(count)-\(bond).extxyz", driven: driven, points: points)
      }
      molecules.append(Molecule(id: "C\(count)", topology: alkane.topology, scans: scans))
    }
    return Family(name: "synthetic", molecules: molecules)
  }
}

/// Options for quick fits on the geometries as they are.
public func quickOptions(_ change: (inout FitOptions) -> Void = { _ in }) -> FitOptions {
  var options = FitOptions()
  options.rounds = 0
  options.threads = 2
  options.warmup = 100
  options.draws = 250
  // The model itself; what molecules disagree on is for tests of its own.
  options.model.bagsMolecules = false
  change(&options)
  return options
}
