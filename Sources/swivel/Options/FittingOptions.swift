// The options of every command that fits.

import ArgumentParser
import Foundation
import TorsionModel

// Defaults are the model's.
private let standard = FitOptions()

// Numbers are taken whatever they are (`.unconditional`): -5 is a number that is refused, and no option.
struct FittingOptions: ParsableArguments {
  @Option(help: "Master seed; the same seed gives the same numbers on any number of threads.")
  var seed = standard.seed
  @Option(parsing: .unconditional, help: "Chains.") var chains = standard.chains
  @Option(parsing: .unconditional, help: "Warm-up iterations a chain.") var warmup = standard.warmup
  @Option(parsing: .unconditional, help: "Kept draws a chain.") var draws = standard.draws
  @Option(parsing: .unconditional, help: "Threads at most (default: all cores).")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "energy, energy+torque or energy+forces.") var likelihood = standard.likelihood
  @Option(help: "Where the prior is centred: base or zero.") var priorCentre = standard.model.priorCentre
  @Option(help: "How noise is spread: by-scan (each scan has its own), normal, student-t (each grid point).")
  var noise = standard.model.noise
  @Flag(
    inversion: .prefixedNo,
    help: "Weigh molecules at random, draw by draw, so that intervals hold what molecules disagree on.")
  var bagging = standard.model.bagsMolecules
  @Option(
    parsing: .unconditional,
    help: "Independent grid points that a scan counts as at most, along each dihedral; inf for all.")
  var effectivePoints = standard.model.effectivePoints
  @Option(
    help: ArgumentHelp(
      "How points count by their QM energy over the scan's minimum: none, smooth, forcebalance, openff.",
      discussion: """
        smooth: fully up to 15 kcal/mol, half at 25, a third at 30. forcebalance: ForceBalance's attenuate, \
        1 kcal/mol and above that 1/√(1 + (E − 1)²), no point above 30. openff: the same, no point above 10. Errors \
        are reported over all points; those that count for less than a tenth are named.
        """))
  var energyWeight = standard.energyWeighting.scheme
  @Option(
    parsing: .unconditional,
    help: "Leave points of more than so many kcal/mol over the scan's minimum out of the fit.")
  var energyUpper: Double?
  @Option(parsing: .unconditional, help: "Rounds of relaxation at most; 0 takes the geometries as given.")
  var rounds = standard.rounds
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draws of the force constants that geometries of the likelihood follow, an even number; 0 for the mean's alone.",
      discussion: """
        Molecules give way where force constants change. With 0 the likelihood is linear at one geometry a grid point, \
        and directions in which they give way look less known than they are. Fits that two draws show to be linear \
        stay so anyway.
        """))
  var geometryDraws = standard.geometryDraws
  @Option(parsing: .unconditional, help: "Fit each K-th grid point only, by ascending angle.") var every =
    standard.every
  @Option(parsing: .upToNextOption, help: "Molecules to predict but not to fit.", completion: .molecules)
  var holdOut: [String] = []
  @Option(
    parsing: .unconditional, help: "Weak pull of atoms to the QM geometry while relaxing, kcal/mol/Å².")
  var cartesianRestraint = standard.relaxation.cartesianRestraint
  @Option(
    parsing: .unconditional, help: "Weak pull of the other rotatable bonds to their QM dihedrals, kcal/mol/rad².")
  var torsionRestraint = standard.relaxation.torsionRestraint
  @Option(
    parsing: .unconditional,
    help: "How far the other rotors may turn from their QM dihedrals while relaxing, degrees; inf for all.")
  var wellWidth = standard.wellWidth
  @Flag(help: "Name bad grid points and molecules, leave them out and go on.") var setAside = false

  func validate() throws {
    func require(_ condition: Bool, _ message: String) throws {
      if !condition { throw ValidationError(message) }
    }
    try require((1...64).contains(chains), "--chains must be 1 … 64")
    try require((1...1_000_000).contains(warmup), "--warmup must be 1 … 1000000")
    try require((4...1_000_000).contains(draws), "--draws must be 4 … 1000000")
    try require((1...1024).contains(threads), "--threads must be 1 … 1024")
    try require((0...50).contains(rounds), "--rounds must be 0 … 50")
    try require(
      (0...64).contains(geometryDraws) && geometryDraws.isMultiple(of: 2),
      "--geometry-draws must be an even number, 0 … 64")
    try require(effectivePoints > 0, "--effective-points must be positive")
    try require(energyUpper ?? 1 > 0, "--energy-upper must be positive")
    try require(every >= 1, "--every must be at least 1")
    try require(
      cartesianRestraint >= 0 && cartesianRestraint.isFinite, "--cartesian-restraint must not be negative")
    try require(
      torsionRestraint >= 0 && torsionRestraint.isFinite, "--torsion-restraint must not be negative")
    try require(wellWidth > 0, "--well-width must be positive")
  }

  /// The options of a fit.
  var options: FitOptions {
    var options = FitOptions()
    options.likelihood = likelihood
    options.model.priorCentre = priorCentre
    options.model.effectivePoints = effectivePoints
    options.model.noise = noise
    options.model.bagsMolecules = bagging
    options.seed = seed
    options.chains = chains
    options.warmup = warmup
    options.draws = draws
    options.threads = threads
    options.energyWeighting = energyWeighting
    options.rounds = rounds
    options.geometryDraws = geometryDraws
    options.every = every
    options.setsAsideMolecules = setAside
    options.heldOut = Set(holdOut)
    options.relaxation.cartesianRestraint = cartesianRestraint
    options.relaxation.torsionRestraint = torsionRestraint
    options.wellWidth = wellWidth
    return options
  }

  /// The options about high energies.
  var energyWeighting: EnergyWeighting { EnergyWeighting(scheme: energyWeight, upper: energyUpper) }

  /// Every setting by name, for run.json.
  var settings: [String: String] { options.settings }
}
