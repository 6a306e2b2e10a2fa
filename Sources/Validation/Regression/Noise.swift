// The noise scales are parameters of the joint posterior too: where forces turn bad, they grow before anything moves.

import TorsionModel

extension FitDigest {
  /// The digest that checks compare: of a fit, its noise scales counted among the parameters.
  ///
  /// Torques with a wrong sign or unit make their noise scale grow until they count for nothing; force constants then
  /// rest on the energies and hardly move.
  public init(checking fit: Fit) {
    self.init(fit)
    let noises = fit.scales.filter { $0.name.hasSuffix("noise") && $0.draws.sd > 0 }
    let count = parameters.count
    for (index, scale) in noises.enumerated() {
      parameters.append(
        ParameterDigest(
          label: scale.name, mean: (scale.draws.mean * 1e6).rounded() / 1e6,
          sd: (scale.draws.sd * 1e6).rounded() / 1e6))
      let own = noises.indices.map { $0 == index ? (1e4 / scale.draws.sd).rounded() / 1e4 : 0 }
      directions.append([Double](repeating: 0, count: count) + own)
    }
    for index in directions.indices where directions[index].count == count {
      directions[index] += [Double](repeating: 0, count: noises.count)
    }
  }
}

extension FitDigest.ParameterDigest {
  /// Whether it is a scale of the noise, not a force constant.
  public var isNoise: Bool { label.hasSuffix("noise") }

  /// The unit of its mean.
  var unit: String {
    guard isNoise else { return "kcal/mol" }
    return label.contains("torque")
      ? "kcal/mol/rad" : label.contains("force") ? "kcal/mol/angstrom" : "kcal/mol"
  }
}
