// Leaving saddles: minimisers stay on a mirror plane that they start on, although the energy falls to both its sides.

import Chemistry

extension [Vector3] {
  /// The geometry with each bond turned by one to three degrees, by another angle each, so that no symmetry is left.
  ///
  /// Quantum chemistry's grid points at 0° and 180° are often symmetric where the force field has a saddle. Turned this
  /// little, a geometry relaxes to the same minimum where it has one, and leaves the saddle where it has none.
  /// Deterministic.
  public func nudged(_ turns: [BondTurn]) -> [Vector3] {
    var coordinates = self
    // Multiples of the golden ratio modulo one: never alike, nor opposite to each other.
    var fraction = 0.0
    for turn in turns {
      fraction = (fraction + 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
      let angle = (1 + 2 * fraction) * Units.degree
      turn.turn(&coordinates, by: fraction < 0.5 ? -angle : angle)
    }
    return coordinates
  }
}
