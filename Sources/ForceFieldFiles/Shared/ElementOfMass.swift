// Elements told by mass, where a file has nothing better.

import Chemistry

/// The element of an atom's mass; nil for masses of no element and of united atoms.
///
/// The mass of CH₂, 14.027, lies 0.02 from nitrogen's.
func element(ofMass mass: Double) -> Element? { abs(mass - 14.027) < 0.005 ? nil : Element(mass: mass) }
