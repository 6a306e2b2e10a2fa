// What steps of the rounds are judged by: the whole posterior, written out row by row.

import Chemistry
import Statistics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct StepJudgeTests {
  /// Energies and torques both count, scan by scan with heavy tails, and the prior.
  @Test func stepsAreJudgedByEveryRow() async throws {
    let (family, designs, options) = try await TorsionPosteriorTests.prepared { $0.model.effectivePoints = 5 }
    let posterior = family.posterior(designs, options: options)
    let scales = posterior.layout.start
    let judge = StepJudge(posterior, logScales: scales, scans: designs.count)
    var workspace = PosteriorWorkspace(posterior)
    let base = family.table.base
    let mean = posterior.conditionalMean(scales, &workspace)

    func written(_ k: [Double]) -> Double {
      var value = 0.0
      for (design, index) in zip(designs, family.scans) {
        let columns = family.molecules[index.molecule].basis.columns
        func part(_ kinds: [RowKind]) -> Double {
          var (count, square) = (0.0, 0.0)
          for kind in kinds {
            guard let rows = design.fitted[kind], let place = posterior.layout.kinds.firstIndex(of: kind)
            else { continue }
            var residuals = rows.residuals(k, columns: columns)
            if kind == .energy {
              let middle = residuals.reduce(0, +) / Double(residuals.count)
              residuals = residuals.map { $0 - middle }
            }
            let power = 5 / Double(design.points.count)
            count += power * Double(residuals.count) - (kind == .energy ? 1 : 0)
            square +=
              power * TorsionPosterior.precision(scales[place])
              * residuals.reduce(0) { $0 + $1 * $1 }
          }
          return count == 0
            ? 0 : posterior.scanWeight.logLikelihood(count: count, square: square, freedom: 10)
        }
        value += part([.energy, .drivenTorque]) + part([.otherTorque])
      }
      return value + posterior.prior.logKernel(k, posterior.layout.priorScales(scales))
    }
    let gain = judge.logPosterior(mean, relaxed: posterior) - judge.logPosterior(base, relaxed: posterior)
    #expect(abs(gain - (written(mean) - written(base))) < 1e-8 * abs(gain))
    #expect(gain > 1)
  }

  /// A scan along one dihedral is worth so many numbers however fine its grid, and a grid over two the square of that.
  @Test func aGridCountsForTheSquare() {
    let options = ModelOptions()
    #expect(options.power(points: 24, axes: 1) == 0.5)
    #expect(options.power(points: 8, axes: 1) == 1)
    #expect(options.power(points: 144, axes: 2) == 1)
    #expect(options.power(points: 576, axes: 2) == 0.25)
    #expect(options.power(points: 0, axes: 1) == 1)
    var all = options
    all.effectivePoints = .infinity
    #expect(all.power(points: 576, axes: 2) == 1)
  }
}
