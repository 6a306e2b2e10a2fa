// What a fit is busy with, as it tells whoever waits.

/// What a fit, or a series of fits, is busy with, for a progress line.
public enum FitStage: Hashable, Sendable {
  /// The stage goes on in so many equal pieces of work; what was counted before does not count towards them.
  case counting(Int)
  /// So many more pieces are done; the only case that comes from any thread, at any time.
  case advanced(Int)
  /// So many fits: leave-one-out, halves, a learning curve.
  case series(fits: Int)
  /// A fit of a series begins; what tells it from the others.
  case fitting(String)
  /// Relaxing all grid points under the base force field.
  case relaxingBase(points: Int)
  /// A round of fitting and relaxing; the error is of the round before.
  case round(Int, rmse: Double?)
  /// Relaxing all fitted grid points under draws, for the likelihood; which time.
  case following(draws: Int, turn: Int)
  /// Relaxing some grid points under posterior draws, to see how far off the linear posterior is.
  case linearisation(draws: Int)
  /// Running the chains.
  case sampling(parameters: Int, draws: Int)
  /// Relaxing under the posterior mean and making profiles.
  case profiles
}
