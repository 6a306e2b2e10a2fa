// The chemical elements: symbols, masses and covalent radii.

/// A chemical element, by its atomic number (1 … 118).
public struct Element: Hashable, Sendable {
  /// Protons in the nucleus.
  public let atomicNumber: Int

  /// The element of an atomic number, nil outside 1 … 118.
  public init?(atomicNumber: Int) {
    guard (1...Self.symbols.count).contains(atomicNumber) else { return nil }
    self.atomicNumber = atomicNumber
  }

  /// The element of a symbol, in any case; nil when there is none.
  public init?(symbol: some StringProtocol) {
    let wanted = symbol.prefix(1).uppercased() + symbol.dropFirst().lowercased()
    guard let index = Self.symbols.firstIndex(of: wanted) else { return nil }
    atomicNumber = index + 1
  }

  /// The element whose standard mass is nearest to `mass` (g/mol) within 0.5 g/mol; nil when none is.
  /// Only elements up to xenon.
  public init?(mass: Double) {
    guard mass.isFinite, mass > 0.5 else { return nil }
    let known = Self.masses.enumerated()
    guard let best = known.min(by: { abs($0.element - mass) < abs($1.element - mass) }),
      abs(best.element - mass) < 0.5
    else { return nil }
    atomicNumber = best.offset + 1
  }

  /// The symbol, such as "Cl".
  public var symbol: String { Self.symbols[atomicNumber - 1] }

  /// The standard atomic weight, g/mol, abridged; nil beyond xenon.
  public var mass: Double? { atomicNumber <= Self.masses.count ? Self.masses[atomicNumber - 1] : nil }

  /// The covalent radius in Å (Cordero et al. 2008, doi:10.1039/b801115j); beyond krypton iodine has its own and the
  /// rest 1.5.
  public var covalentRadius: Double {
    if atomicNumber <= Self.radii.count { return Self.radii[atomicNumber - 1] }
    return atomicNumber == 53 ? 1.39 : 1.5
  }

  static let symbols: [String] =
    """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr \
    Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu \
    Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr \
    Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
    """.split(separator: " ").map(String.init)

  // Standard atomic weights up to xenon (IUPAC 2021, abridged to what tells elements apart).
  static let masses: [Double] = [
    1.008, 4.003, 6.94, 9.012, 10.81, 12.011, 14.007, 15.999, 18.998, 20.180, 22.990, 24.305, 26.982, 28.085,
    30.974, 32.06, 35.45, 39.95, 39.098, 40.078, 44.956, 47.867, 50.942, 51.996, 54.938, 55.845, 58.933,
    58.693, 63.546, 65.38, 69.723, 72.630, 74.922, 78.971, 79.904, 83.798, 85.468, 87.62, 88.906, 91.224,
    92.906, 95.95, 98, 101.07, 102.91, 106.42, 107.87, 112.41, 114.82, 118.71, 121.76, 127.60, 126.90, 131.29,
  ]

  static let radii: [Double] = [
    0.31, 0.28, 1.28, 0.96, 0.84, 0.76, 0.71, 0.66, 0.57, 0.58, 1.66, 1.41, 1.21, 1.11, 1.07, 1.05, 1.02,
    1.06,
    2.03, 1.76, 1.70, 1.60, 1.53, 1.39, 1.50, 1.42, 1.38, 1.24, 1.32, 1.22, 1.22, 1.20, 1.19, 1.20, 1.20,
    1.16,
  ]
}

/// The element of an atom's mass (u), where a file has nothing better; nil for masses of no element and of united
/// atoms.
///
/// The mass of CH₂, 14.027, lies 0.02 from nitrogen's.
public func element(ofMass mass: Double) -> Element? {
  abs(mass - 14.027) < 0.005 ? nil : Element(mass: mass)
}
