// Everything a user can choose about a fit.

import Chemistry
import Mechanics

/// What the likelihood is made of.
public enum LikelihoodKind: String, CaseIterable, Hashable, Sendable {
  /// Energies alone.
  case energy
  /// Energies and the torques about every rotatable bond.
  case energyAndTorque = "energy+torque"
  /// Energies and all Cartesian forces, for comparison: errors of bonds and angles swamp it.
  case energyAndForces = "energy+forces"
}

/// What a fit is for: what nobody asks for is not computed.
public enum FitPurpose: Hashable, Sendable {
  /// Everything that a report shows.
  case report
  /// Predictions of held-out molecules.
  case prediction
  /// The force constants and their draws.
  case parameters
}

/// Choices of a fit; the defaults are the measured ones of the README.
public struct FitOptions: Hashable, Sendable {
  /// What the likelihood is made of.
  public var likelihood = LikelihoodKind.energyAndTorque
  /// The parts of the model.
  public var model = ModelOptions()
  /// Master seed; the same seed gives the same bytes whatever the thread count.
  public var seed: UInt64 = 1
  /// Chains.
  public var chains = 4
  /// Warm-up iterations a chain, discarded.
  public var warmup = 200
  /// Kept draws a chain.
  public var draws = 1000
  /// Whether chains that miss R-hat 1.01 or an effective size of 400 are run again with more draws, once.
  public var extendsChains = true
  /// Threads at most.
  public var threads = 1
  /// Rounds of relaxation at most; 0 takes the geometries as given.
  public var rounds = 10
  /// Every how many-th grid point, by ascending angle, enters the fit; errors are always over all of them.
  public var every = 1
  /// Molecules that are predicted but not fitted.
  public var heldOut: Set<String> = []
  /// Whether torsion types that only held-out molecules have are parameters too, told by their prior alone; needed to
  /// predict those molecules with honest intervals.
  public var includesHeldOutTypes = false
  /// Whether held-out molecules are predicted by plain least squares too, for comparison.
  public var comparesLeastSquares = false
  /// Whether a molecule none of whose grid points relaxes is left out rather than an error.
  public var setsAsideMolecules = false
  /// What the fit is for.
  public var purpose = FitPurpose.report
  /// Under how many draws at most some grid points are relaxed to see how far the linear posterior is off; 0 for none.
  /// Under 48, k̂ of one posterior ranged from −0.3 to 1.05 from seed to seed.
  public var linearisationDraws = 128
  /// Under how many draws of the force constants grid points are relaxed anew for the geometries of the likelihood,
  /// in pairs; 0 for those of the mean alone.
  public var geometryDraws = 8
  /// Whether the fit keeps its design in plain numbers, for checks with another sampler.
  public var keepsDesign = false
  /// How much grid points of high energy count.
  public var energyWeighting = EnergyWeighting()
  /// How grid points are relaxed.
  public var relaxation = RelaxationOptions()

  /// The default choices.
  public init() {}
}

/// A model that cannot be built from the data, and what the user can change.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is missing.
  public var message: String
  /// What to do.
  public var hint: String

  /// An error of its two parts.
  public init(message: String, hint: String) {
    self.message = message
    self.hint = hint
  }

  /// "message", then "hint: …".
  public var description: String { "\(message)\n  hint: \(hint)" }
}
