// Relaxing a geometry with its driven dihedral held: every other degree of freedom goes to the nearest minimum.

import Chemistry

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What is held, and how hard the rest is pulled back, while a grid point relaxes.
public struct RelaxationOptions: Hashable, Sendable {
  /// Weak pull of every atom to where it started: energy K |Δr|², K in kcal/mol/Å²; 0 for none. (ForceBalance uses 1.)
  public var cartesianRestraint: Double
  /// Weak pull of every other rotatable bond to where it started: energy K Δφ², K in kcal/mol/rad²; 0 for none.
  public var torsionRestraint: Double
  /// Largest gradient component that counts as relaxed, kcal/mol/Å. Methyl groups turn so easily that at 0.01 they stop
  /// degrees short of their minimum, where the last bits of a force constant decide; fits then differ by machine.
  public var tolerance: Double
  /// Largest deviation of the driven dihedral, radian.
  public var angleTolerance: Double
  /// Bound on energy evaluations a grid point.
  public var maxEvaluations: Int

  /// Options; the defaults leave all but the driven dihedral free.
  public init(
    cartesianRestraint: Double = 0, torsionRestraint: Double = 0, tolerance: Double = 1e-4,
    angleTolerance: Double = 1e-4 * .pi / 180, maxEvaluations: Int = 6000
  ) {
    self.cartesianRestraint = cartesianRestraint
    self.torsionRestraint = torsionRestraint
    self.tolerance = tolerance
    self.angleTolerance = angleTolerance
    self.maxEvaluations = maxEvaluations
  }
}

/// A relaxed grid point.
public struct RelaxedGeometry: Hashable, Sendable {
  /// Å.
  public var coordinates: [Vector3]
  /// Whether forces and the held angle met their tolerances.
  public var converged: Bool
  /// Energy evaluations spent.
  public var evaluations: Int
}

/// A harmonic pull of a dihedral to a target, with a multiplier for the held one.
private struct Pull: Sendable {
  var quartet: Quartet
  var target: Double
  var forceConstant: Double
  var multiplier = 0.0
}

extension EnergyModel {
  /// Relaxes a geometry with one dihedral held at its present value.
  ///
  /// The dihedral is held by an augmented Lagrangian (Nocedal & Wright, Numerical Optimization, ch. 17): a harmonic
  /// pull plus a multiplier that takes over the torque, so that the angle is exact. The pull outweighs the curvature of any
  /// clash at a flat biaryl, for the multiplier would creep otherwise; the minimiser knows of it beforehand.
  /// Deterministic; bounded by `options.maxEvaluations`.
  ///
  /// - Parameters:
  ///   - start: Å; also where restraints pull to.
  ///   - held: the driven dihedral.
  ///   - otherRotors: quartets that `options.torsionRestraint` applies to.
  ///   - turns: bonds to turn a little first, so that a start on a saddle leaves it.
  ///   - options: restraints and limits.
  /// - Returns: the relaxed geometry; `converged` is false where it did not settle, also when energies are not finite.
  public func relaxed(
    _ start: [Vector3], holding held: Quartet, otherRotors: [Quartet] = [], nudging turns: [BondTurn] = [],
    options: RelaxationOptions
  ) -> RelaxedGeometry {
    var pull = Pull(quartet: held, target: dihedralAngle(held, in: start), forceConstant: 2000)
    guard pull.target.isFinite else {
      return RelaxedGeometry(coordinates: start, converged: false, evaluations: 0)
    }
    var held = restrained(to: start, otherRotors: otherRotors, options: options)
    held.pulls.insert(pull, at: 0)
    var x = flattened(start.nudged(turns))
    var evaluations = 0
    var minimiser = Minimiser(count: x.count)
    for cycle in 0..<12 {
      // Again once rotors have turned to where they stay.
      if cycle < 2 { minimiser.curvature = held.curvature(at: x) }
      let outcome = minimiser.minimise(
        &x, tolerance: options.tolerance, maxEvaluations: options.maxEvaluations - evaluations
      ) { held.evaluate($0, gradient: $1) }
      evaluations += outcome.evaluations
      let deviation = pull.deviation(in: unflattened(x))
      guard outcome.converged, deviation.isFinite else { break }
      if abs(deviation) < options.angleTolerance {
        return RelaxedGeometry(coordinates: unflattened(x), converged: true, evaluations: evaluations)
      }
      pull.multiplier += 2 * pull.forceConstant * deviation
      held.pulls[0] = pull
      if evaluations >= options.maxEvaluations { break }
    }
    return RelaxedGeometry(coordinates: unflattened(x), converged: false, evaluations: evaluations)
  }

  /// What a relaxation from `start` minimises, the pull that holds the driven dihedral left out.
  ///
  /// - Parameters:
  ///   - start: where restraints pull to, Å.
  ///   - otherRotors: quartets that `options.torsionRestraint` applies to.
  ///   - options: restraints.
  public func restrained(
    to start: [Vector3], otherRotors: [Quartet] = [], options: RelaxationOptions
  ) -> RestrainedEnergy {
    RestrainedEnergy(
      model: self, pulls: restraints(on: otherRotors, start: start, options: options),
      origin: flattened(start), restraint: options.cartesianRestraint)
  }

  private func restraints(on rotors: [Quartet], start: [Vector3], options: RelaxationOptions) -> [Pull] {
    guard options.torsionRestraint > 0 else { return [] }
    return rotors.compactMap { rotor in
      let angle = dihedralAngle(rotor, in: start)
      return angle.isFinite
        ? Pull(quartet: rotor, target: angle, forceConstant: options.torsionRestraint) : nil
    }
  }
}

/// A force field with the restraints of a relaxation.
public struct RestrainedEnergy: Sendable {
  fileprivate var model: EnergyModel
  fileprivate var pulls: [Pull]
  /// Where the Cartesian restraint pulls to: all x, then all y, then all z, Å.
  fileprivate var origin: [Double]
  fileprivate var restraint: Double

  /// The curvature that a minimisation starts from; nil where the geometry has none that is finite.
  fileprivate func curvature(at x: [Double]) -> CurvatureModel? {
    x.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return nil }
      var result = CurvatureModel(model, at: x)
      let r = Coordinates(x, count: model.atomCount)
      for pull in pulls { result.addDihedral(2 * pull.forceConstant, pull.quartet, r) }
      result.addEverywhere(2 * restraint)
      return result.factor() ? result : nil
    }
  }

  /// The energy, kcal/mol.
  ///
  /// - Parameters:
  ///   - x: all x, then all y, then all z of the atoms, Å.
  ///   - gradient: as many numbers; overwritten by dE/dx, kcal/mol/Å.
  public func evaluate(_ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
    let count = model.atomCount
    for i in 0..<(3 * count) { gradient[i] = 0 }
    var energy = model.evaluate(coordinates: x, addingGradientTo: gradient).total
    for pull in pulls {
      energy += pull.addEnergy(Coordinates(x, count: count), Gradient(gradient, count: count))
    }
    if restraint > 0 {
      for i in origin.indices {
        let d = x[i] - origin[i]
        energy += restraint * d * d
        gradient[i] += 2 * restraint * d
      }
    }
    return energy
  }
}

extension Pull {
  func deviation(in coordinates: [Vector3]) -> Double {
    wrapped(dihedralAngle(quartet, in: coordinates) - target)
  }

  /// K Δφ² + λ Δφ, its gradient added to `gradient`.
  func addEnergy(_ r: Coordinates, _ gradient: Gradient) -> Double {
    let (angle, slopes) = dihedralAngleAndGradient(r[quartet.i], r[quartet.j], r[quartet.k], r[quartet.l])
    let deviation = wrapped(angle - target)
    let slope = 2 * forceConstant * deviation + multiplier
    gradient.add(slopes.i * slope, quartet.i)
    gradient.add(slopes.j * slope, quartet.j)
    gradient.add(slopes.k * slope, quartet.k)
    gradient.add(slopes.l * slope, quartet.l)
    return forceConstant * deviation * deviation + multiplier * deviation
  }
}
