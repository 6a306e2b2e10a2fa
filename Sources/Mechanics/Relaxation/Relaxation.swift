// Relaxing a geometry with its driven dihedral held: every other degree of freedom goes to the nearest minimum.

import CMath
import Chemistry

/// What is held, and how hard the rest is pulled back, while a grid point relaxes.
public struct RelaxationOptions: Hashable, Sendable {
  /// Weak pull of every atom to where it started: energy K |Δr|², K in kcal/mol/Å²; 0 for none. (ForceBalance uses 1.)
  public var cartesianRestraint: Double
  /// Weak pull of every other rotatable bond to where it started: energy K Δφ², K in kcal/mol/rad²; 0 for none.
  public var torsionRestraint: Double
  /// How far every other rotor may turn from its value at the quantum-chemical geometry without a force, radian;
  /// a stiff wall keeps it from going further. `.infinity` for no walls.
  public var wellHalfWidth: Double
  /// Largest gradient component that counts as relaxed, kcal/mol/Å. Methyl groups turn so easily that at 0.01 they stop
  /// degrees short of their minimum, where the last bits of a force constant decide; fits then differ by machine.
  public var tolerance: Double
  /// Largest deviation of the driven dihedral, radian.
  public var angleTolerance: Double
  /// Bound on energy evaluations a grid point.
  public var maxEvaluations: Int

  /// 30°: half way to the next top of a threefold rotor.
  public static let defaultWellHalfWidth = 30 * Units.degree

  /// Options; the defaults leave all but the driven dihedral free within their wells.
  public init(
    cartesianRestraint: Double = 0, torsionRestraint: Double = 0,
    wellHalfWidth: Double = defaultWellHalfWidth, tolerance: Double = 1e-4,
    angleTolerance: Double = 1e-4 * Units.degree, maxEvaluations: Int = 6000
  ) {
    self.cartesianRestraint = cartesianRestraint
    self.torsionRestraint = torsionRestraint
    self.wellHalfWidth = wellHalfWidth
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

  /// A geometry of its facts.
  public init(coordinates: [Vector3], converged: Bool, evaluations: Int) {
    self.coordinates = coordinates
    self.converged = converged
    self.evaluations = evaluations
  }
}

extension EnergyModel {
  /// Relaxes a geometry with dihedrals held at their values in the reference, and all other rotors in their wells.
  ///
  /// A dihedral is held by an augmented Lagrangian (Nocedal & Wright, Numerical Optimization, ch. 17): a harmonic
  /// pull plus a multiplier that takes over the torque, so that the angle is exact. The pull outweighs the curvature of
  /// any clash at a flat biaryl, for the multiplier would creep otherwise; the minimiser knows of it beforehand.
  /// Deterministic; bounded by `options.maxEvaluations`.
  ///
  /// Quantum chemistry relaxed every rotor within its own well, so the force field is asked about that well: bonds and
  /// angles settle first, with rotors pulled hard to where they are, so that their strain throws no rotor over a
  /// barrier; then rotors go free within `options.wellHalfWidth`. The energy of pulls and walls is no part of a force
  /// field's.
  ///
  /// - Parameters:
  ///   - start: Å.
  ///   - held: the driven dihedral.
  ///   - others: further dihedrals that are held as hard.
  ///   - rotors: what else turns.
  ///   - reference: where restraints pull to and walls stand about, Å; nil for the start. A start that has a reference
  ///     is relaxed already, and rotors go free at once.
  ///   - options: restraints and limits.
  /// - Returns: the relaxed geometry; `converged` is false where it did not settle, also when energies are not finite.
  public func relaxed(
    _ start: [Vector3], holding held: Quartet, and others: [Quartet] = [], rotors: Rotors = Rotors(),
    about reference: [Vector3]? = nil, options: RelaxationOptions
  ) -> RelaxedGeometry {
    let origin = reference ?? start
    var pulls = ([held] + others).map {
      DihedralPull(quartet: $0, target: dihedralAngle($0, in: origin), forceConstant: 2000)
    }
    guard pulls.allSatisfy(\.target.isFinite) else {
      return RelaxedGeometry(coordinates: start, converged: false, evaluations: 0)
    }
    var held = restrained(to: origin, rotors: rotors, options: options)
    held.pulls.insert(contentsOf: pulls, at: 0)
    var x = flattened(start)
    var evaluations = 0
    if reference == nil, !held.walls.isEmpty {
      evaluations += held.settle(&x, maxEvaluations: min(100, options.maxEvaluations))
    }
    x = flattened(unflattened(x).nudged(rotors.turns))
    var minimiser = Minimiser(count: x.count)
    for cycle in 0..<12 {
      // Again once rotors have turned to where they stay.
      if cycle < 2 { minimiser.curvature = held.curvature(at: x) }
      let outcome = minimiser.minimise(
        &x, tolerance: options.tolerance, maxEvaluations: options.maxEvaluations - evaluations
      ) { held.evaluate($0, gradient: $1) }
      evaluations += outcome.evaluations
      let deviations = pulls.map { $0.deviation(in: unflattened(x)) }
      guard outcome.converged, deviations.allSatisfy(\.isFinite) else { break }
      if deviations.allSatisfy({ abs($0) < options.angleTolerance }) {
        return RelaxedGeometry(coordinates: unflattened(x), converged: true, evaluations: evaluations)
      }
      for (index, deviation) in deviations.enumerated() {
        pulls[index].multiplier += 2 * pulls[index].forceConstant * deviation
        held.pulls[index] = pulls[index]
      }
      if evaluations >= options.maxEvaluations { break }
    }
    return RelaxedGeometry(coordinates: unflattened(x), converged: false, evaluations: evaluations)
  }

  /// What a relaxation minimises, walls included, the pull that holds the driven dihedral left out.
  ///
  /// - Parameters:
  ///   - reference: where restraints pull to and walls stand about, Å.
  ///   - rotors: what `options.torsionRestraint` and the walls apply to.
  ///   - options: restraints.
  public func restrained(
    to reference: [Vector3], rotors: Rotors = Rotors(), options: RelaxationOptions
  ) -> RestrainedEnergy {
    RestrainedEnergy(
      model: self, pulls: restraints(on: rotors.restrained, start: reference, options: options),
      walls: options.wellHalfWidth < .pi
        ? rotors.guarded.compactMap {
          DihedralWall($0, at: reference, halfWidth: options.wellHalfWidth)
        } : [],
      origin: flattened(reference), restraint: options.cartesianRestraint)
  }

  private func restraints(on rotors: [Quartet], start: [Vector3], options: RelaxationOptions)
    -> [DihedralPull]
  {
    guard options.torsionRestraint > 0 else { return [] }
    return rotors.compactMap { rotor in
      let angle = dihedralAngle(rotor, in: start)
      return angle.isFinite
        ? DihedralPull(quartet: rotor, target: angle, forceConstant: options.torsionRestraint) : nil
    }
  }
}

/// A force field with the restraints of a relaxation.
public struct RestrainedEnergy: Sendable {
  fileprivate var model: EnergyModel
  fileprivate var pulls: [DihedralPull]
  fileprivate var walls: [DihedralWall]
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
      for wall in walls where wall.excess(r) != 0 {
        result.addDihedral(2 * DihedralWall.forceConstant, wall.quartet, r)
      }
      result.addEverywhere(2 * restraint)
      return result.factor() ? result : nil
    }
  }

  /// Lets bonds and angles settle, loosely, while every rotor is pulled hard to where the reference has it.
  ///
  /// - Returns: evaluations spent.
  fileprivate func settle(_ x: inout [Double], maxEvaluations: Int) -> Int {
    var stiff = self
    stiff.pulls += walls.map {
      DihedralPull(quartet: $0.quartet, target: $0.target, forceConstant: DihedralWall.forceConstant)
    }
    stiff.walls = []
    var minimiser = Minimiser(count: x.count)
    minimiser.curvature = stiff.curvature(at: x)
    return minimiser.minimise(&x, tolerance: 0.1, maxEvaluations: maxEvaluations) {
      stiff.evaluate($0, gradient: $1)
    }.evaluations
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
    let (r, slopes) = (Coordinates(x, count: count), Gradient(gradient, count: count))
    for pull in pulls { energy += pull.addEnergy(r, slopes) }
    for wall in walls { energy += wall.addEnergy(r, slopes) }
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
