// Torsions: the four atoms, the four atom types, and the periodic terms on them.

/// Four atoms i–j–k–l by zero-based index; the dihedral angle is about the bond j–k.
public struct Quartet: Hashable, Sendable {
  /// The atoms, zero-based.
  public var i: Int, j: Int, k: Int, l: Int

  /// The quartet i–j–k–l.
  public init(_ i: Int, _ j: Int, _ k: Int, _ l: Int) {
    self.i = i
    self.j = j
    self.k = k
    self.l = l
  }

  /// The same torsion read from the other end.
  public var reversed: Quartet { Quartet(l, k, j, i) }

  /// Of the two ways to read it, the one whose inner atoms ascend (a torsion has one canonical quartet).
  public var canonical: Quartet { j < k ? self : reversed }

  /// The bond it turns about.
  public var centralBond: BondIndex { BondIndex(j, k) }

  /// The four indices in order.
  public var atoms: [Int] { [i, j, k, l] }
}

/// A bond between two atoms, the smaller zero-based index first.
public struct BondIndex: Hashable, Comparable, Sendable {
  /// The atoms, `a < b`.
  public let a: Int, b: Int

  /// The bond between two atoms in either order.
  public init(_ first: Int, _ second: Int) {
    a = min(first, second)
    b = max(first, second)
  }

  /// Orders by the first atom, then by the second.
  public static func < (x: BondIndex, y: BondIndex) -> Bool { (x.a, x.b) < (y.a, y.b) }
}

/// Four atom types a–b–c–d, equal to the same read backwards.
public struct TorsionType: Hashable, Comparable, Sendable {
  /// The types in canonical direction; of a pattern its four tagged atoms.
  public let a: String, b: String, c: String, d: String
  /// The SMARTS that says which torsions these are, with four atoms tagged :1 … :4; nil where the atom types do.
  public let smarts: String?

  /// The torsion type of four atom types in either direction.
  public init(_ a: String, _ b: String, _ c: String, _ d: String) {
    let forward = [b, c, a, d]
    let backward = [c, b, d, a]
    let keep = !backward.lexicographicallyPrecedes(forward)
    (self.a, self.b, self.c, self.d) = keep ? (a, b, c, d) : (d, c, b, a)
    smarts = nil
  }

  /// The canonical type of four names in a row.
  public init(_ names: [String]) { self.init(names[0], names[1], names[2], names[3]) }

  /// The torsions that a SMARTS matches; nil unless it tags four atoms :1 … :4, each in brackets, and has no blanks.
  public init?(smarts: String) {
    guard !smarts.contains(where: \.isWhitespace), let atoms = taggedAtoms(smarts) else { return nil }
    (a, b, c, d) = (atoms[0], atoms[1], atoms[2], atoms[3])
    self.smarts = smarts
  }

  /// The four types in canonical order.
  public var types: [String] { [a, b, c, d] }

  /// The types of the central bond, in canonical order: the class that molecules share deviations in.
  public var bondClass: [String] { [b, c] }

  /// The type of any atom, in files of parameters: "X".
  public static let wildcard = "X"

  /// How many of the four are any type.
  public var wildcards: Int { types.count { $0 == Self.wildcard } }

  /// Whether one of the four is any type.
  public var hasWildcard: Bool { wildcards > 0 }

  /// Whether a type is this one, read either way, with wildcards taken for any.
  public func covers(_ other: TorsionType) -> Bool {
    let fits = { (others: [String]) in zip(types, others).allSatisfy { $0 == Self.wildcard || $0 == $1 } }
    return fits(other.types) || fits(other.types.reversed())
  }

  /// "c3-c3-c3-hc", or the SMARTS.
  public var label: String { smarts ?? types.joined(separator: "-") }

  /// Orders by the inner pair, then by the ends, so that types about one bond stand together.
  public static func < (x: TorsionType, y: TorsionType) -> Bool {
    [x.b, x.c, x.a, x.d].lexicographicallyPrecedes([y.b, y.c, y.a, y.d])
  }
}

/// The atoms of a SMARTS that are tagged :1 … :4, as they are written.
private func taggedAtoms(_ smarts: String) -> [String]? {
  var result = [String?](repeating: nil, count: 4)
  var depth = 0
  var start = smarts.startIndex
  for index in smarts.indices {
    if smarts[index] == "[" {
      if depth == 0 { start = index }
      depth += 1
    } else if smarts[index] == "]" {
      depth -= 1
      guard depth >= 0 else { return nil }
      let atom = smarts[start...index]
      // The tag is what follows the last colon: "[#6X4:2]".
      if depth == 0, let colon = atom.lastIndex(of: ":"),
        let tag = Int(atom[atom.index(after: colon)...].dropLast())
      {
        guard (1...4).contains(tag), result[tag - 1] == nil else { return nil }
        result[tag - 1] = String(atom)
      }
    }
  }
  let atoms = result.compactMap { $0 }
  return depth == 0 && atoms.count == 4 ? atoms : nil
}

/// One periodic term: energy `forceConstant · (1 + cos(periodicity · φ − phase))`.
public struct TorsionTerm: Hashable, Sendable {
  /// n, 0 … 6 (0 is a constant).
  public var periodicity: Int
  /// γ in radian.
  public var phase: Double
  /// k in kcal/mol; the barrier it makes is 2k.
  public var forceConstant: Double

  /// A term of the three numbers.
  public init(periodicity: Int, phase: Double, forceConstant: Double) {
    self.periodicity = periodicity
    self.phase = phase
    self.forceConstant = forceConstant
  }

  /// The amplitude of cos(nφ), k cos γ, exact for phases of 0 and π.
  public var cosineAmplitude: Double { forceConstant * exactCosine(phase) }

  /// The amplitude of sin(nφ), k sin γ, exactly zero for phases of 0 and π.
  public var sineAmplitude: Double { forceConstant * exactSine(phase) }
}

/// Zero-based atoms as they are named everywhere, "0-1-2-3".
public func joinedIndices(_ atoms: [Int]) -> String { atoms.map(String.init).joined(separator: "-") }

extension [TorsionTerm] {
  /// The terms, or one of no energy where there are none: formats want a line for each torsion.
  public var orZero: [TorsionTerm] {
    isEmpty ? [TorsionTerm(periodicity: 1, phase: 0, forceConstant: 0)] : self
  }
}
