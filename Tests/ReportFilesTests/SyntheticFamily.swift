// A family of n-alkanes whose torsion terms are known, and the fit of it that the tests share.

import Chemistry
import Mechanics
import Support
import TorsionModel

@testable import ReportFiles

/// Butane, pentane and hexane under alkane terms that differ from the base force field's, with a little noise.
enum SyntheticFamily {
  /// What the names of files and molecules may hold against us.
  static let nastyName = "pentane <script>alert('1')</script> & \"x\""

  /// Terms of the truth, kcal/mol, beside those of the base force field in Support.
  static let truth = TorsionParameters([
    TorsionType("c3", "c3", "c3", "c3"): [
      TorsionTerm(periodicity: 1, phase: 0, forceConstant: 0.35),
      TorsionTerm(periodicity: 2, phase: 0, forceConstant: -0.1),
      TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.3),
    ]
  ])

  static func family() -> Family {
    var generator = SeededGenerator(seed: 4)
    let molecules = [(4, "butane", 1), (5, nastyName, 1), (6, "hexane", 2)].map { carbons, name, bond in
      let alkane = Alkane(carbons: carbons)
      let model = EnergyModel(truth.applied(to: alkane.topology))
      let driven = Quartet(bond - 1, bond, bond + 1, bond + 2)
      let points = (0..<24).map { step -> GridPoint in
        let start = alkane.turned(bond: bond, by: Double(step) * 15 * Units.degree)
        let relaxed = model.relaxed(start, holding: driven, options: RelaxationOptions()).coordinates
        let (energy, forces) = model.energyAndForces(of: relaxed)
        return GridPoint(
          coordinates: relaxed, energy: energy.total + Double.random(in: -0.05...0.05, using: &generator),
          forces: forces, frame: step + 1)
      }
      let setAside =
        carbons == 6 ? [SetAsidePoint(frame: 25, reason: "energy 40 kcal/mol <above> its neighbours")] : []
      let scan = Scan(id: "scans/\(name).extxyz", driven: driven, points: points, setAside: setAside)
      return Molecule(id: name, topology: alkane.topology, scans: [scan])
    }
    return Family(
      name: "alkanes & <b>co</b>", origin: DataOrigin(levelOfTheory: "truth <\"1\">", license: "CC0-1.0"),
      molecules: molecules)
  }

  static func options() -> FitOptions {
    var options = FitOptions()
    options.warmup = 100
    options.draws = 150
    options.threads = 2
    options.rounds = 2
    options.heldOut = ["hexane"]
    return options
  }

  /// The fit, made once.
  static let fit = Task { try await TorsionModel.fit(family(), options: options()) }

  static let provenance = ReportProvenance(
    version: "0.0.0-test",
    inputs: [
      RunRecord.Input(path: "families/a&b/<i>.yaml", sha256: String(repeating: "0a", count: 32)),
      RunRecord.Input(path: "families/a&b/x.extxyz", sha256: String(repeating: "1f", count: 32)),
    ])
}
