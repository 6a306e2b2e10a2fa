// The noise scales are parameters of the joint posterior too: where forces turn bad, they grow before anything moves.

import TextFiles
import TorsionModel

extension FitDigest {
  /// The digest that checks compare: of a fit, its noise scales counted among the parameters.
  ///
  /// Torques with a wrong sign or unit make their noise scale grow until they count for nothing; force constants then
  /// rest on the energies and hardly move.
  public init(checking fit: Fit) {
    self.init(fit)
    let noises = fit.scales.filter { ScaleRole(noiseNamed: $0.name) != nil && $0.draws.sd > 0 }
    let count = parameters.count
    for (index, scale) in noises.enumerated() {
      parameters.append(
        ParameterDigest(
          label: scale.name, mean: rounded(scale.draws.mean, 6),
          sd: rounded(scale.draws.sd, 6)))
      let own = noises.indices.map { $0 == index ? rounded(1 / scale.draws.sd, 4) : 0 }
      directions.append([Double](repeating: 0, count: count) + own)
    }
    for index in directions.indices where directions[index].count == count {
      directions[index] += [Double](repeating: 0, count: noises.count)
    }
  }
}

extension FitDigest.ParameterDigest {
  /// Whether it is a scale of the noise, not a force constant.
  public var isNoise: Bool { noise != nil }

  private var noise: ScaleRole? { ScaleRole(noiseNamed: label) }

  /// The unit of its mean.
  var unit: String {
    noise?.unit ?? "kcal/mol"
  }
}
