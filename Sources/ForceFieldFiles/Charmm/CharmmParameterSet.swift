// CHARMM's parameters by atom types, from any number of files, and which of them a term of a molecule gets.

import Chemistry
import TextFiles

/// Parameters by atom types in upper case; a key and its reverse are one.
struct CharmmParameterSet {
  /// A dihedral's or improper's line: n = 0 is harmonic in the angle.
  struct Periodic {
    var forceConstant: Double
    var periodicity: Int
    var phase: Double
    var place: SourcePlace
  }
  /// An angle's line.
  struct Angle {
    var forceConstant: Double
    var angle: Double
    var ureyBradley: (forceConstant: Double, length: Double)?
  }
  /// Lennard-Jones parameters, and those for 1-4 pairs.
  struct LennardJonesPair: Equatable {
    var far: LennardJones
    var near: LennardJones
  }

  private(set) var elements: [String: Element] = [:]
  /// What types of a file's own stand for.
  private(set) var names: [String: String] = [:]
  private var bonds: [[String]: (forceConstant: Double, length: Double)] = [:]
  private var angles: [[String]: Angle] = [:]
  private var dihedrals: [[String]: [Periodic]] = [:]
  private var impropers: [[String]: [Periodic]] = [:]
  private var atoms: [String: LennardJonesPair] = [:]
  private var pairs: [[String]: LennardJonesPair] = [:]
  /// Factor of the Coulomb energy of 1-4 pairs.
  private(set) var oneFourCoulomb = 1.0
  private(set) var rule = CombinationRule.lorentzBerthelot

  /// Reads files in order; later lines for the same bond, angle or atom replace earlier ones.
  /// - Throws: ``InputError`` with the place of what is damaged or not supported.
  init(_ paths: [String]) throws {
    for path in paths {
      let text = try readText(path)
      names.merge(charmmTypeNames(text)) { $1 }
      for line in try charmmLines(text, file: path) { try read(line) }
    }
  }

  private static func key(_ types: [String]) -> [String] {
    let reversed = Array(types.reversed())
    return reversed.lexicographicallyPrecedes(types) ? reversed : types
  }

  private mutating func read(_ line: CharmmLine) throws {
    switch line.section {
    case .nonbonded where line.isTitle: try readOptions(line, from: 1)
    case _ where line.isTitle: break
    case .atoms: try readMass(line)
    case .bonds:
      try line.checkCount([4])
      let types = try line.types(2)
      try refuseWildcards(types, line)
      bonds[Self.key(types)] = (try line.number(2, "a force constant"), try line.number(3, "a length"))
    case .angles: try readAngle(line)
    case .dihedrals: try readDihedral(line)
    case .impropers: try readImproper(line)
    case .nonbonded: try readAtom(line)
    case .pairs: try readPair(line)
    // CMAP terms are refused where a molecule has one.
    case .crossTerms, .ignored, .residues: break
    }
  }

  private func refuseWildcards(_ types: [String], _ line: CharmmLine) throws {
    guard !types.contains(where: { $0 == "X" || $0.contains("*") || $0.contains("%") }) else {
      throw InputError(line.place, "wildcards are supported in dihedrals and impropers only")
    }
  }

  private mutating func readMass(_ line: CharmmLine) throws {
    guard line.words[0].uppercased() == "MASS", line.words.count >= 4 else {
      throw InputError(line.place, "is no line `MASS number type mass`")
    }
    let mass = try line.number(3, "a mass")
    elements[line.words[2].uppercased()] =
      line.words.dropFirst(4).first.flatMap { Element(symbol: $0) } ?? element(ofMass: mass)
  }

  private mutating func readAngle(_ line: CharmmLine) throws {
    try line.checkCount([5, 7])
    let types = try line.types(3)
    try refuseWildcards(types, line)
    var angle = Angle(
      forceConstant: try line.number(3, "a force constant"),
      angle: try line.number(4, "an angle") * Units.degree)
    if line.words.count == 7 {
      let k = try line.number(5, "a Urey-Bradley force constant")
      let length = try line.number(6, "a Urey-Bradley length")
      if k != 0 { angle.ureyBradley = (k, length) }
    }
    angles[Self.key(types)] = angle
  }

  private mutating func readDihedral(_ line: CharmmLine) throws {
    try line.checkCount([7])
    let types = try line.types(4)
    let wild = types.map { $0 == "X" }
    guard wild == [false, false, false, false] || wild == [true, false, false, true] else {
      throw InputError(line.place, "the wildcard X stands for both end atoms of a dihedral or for none")
    }
    dihedrals[Self.key(types), default: []].append(try periodic(line))
  }

  private mutating func readImproper(_ line: CharmmLine) throws {
    try line.checkCount([7])
    let key = Self.key(try line.types(4))
    let own = try periodic(line)
    // Writers that list both directions say the same twice.
    let isRepeated =
      impropers[key]?.contains {
        ($0.forceConstant, $0.periodicity, $0.phase) == (own.forceConstant, own.periodicity, own.phase)
      } ?? false
    if !isRepeated { impropers[key, default: []].append(own) }
  }

  private func periodic(_ line: CharmmLine) throws -> Periodic {
    Periodic(
      forceConstant: try line.number(4, "a force constant"), periodicity: try line.periodicity(5),
      phase: try line.number(6, "a phase") * Units.degree, place: line.place)
  }

  private func lennardJones(_ line: CharmmLine, _ epsilon: Int, half: Double) throws -> LennardJones {
    let depth = abs(try line.number(epsilon, "epsilon"))
    let radius = try line.number(epsilon + 1, "a radius")
    guard radius >= 0, radius < 1000 else {
      throw InputError(line.place, "a radius of \(radius) Å makes no sense")
    }
    return LennardJones(halfMinimum: radius * half, epsilon: depth)
  }

  private mutating func readAtom(_ line: CharmmLine) throws {
    if ["CUTN", "CTOF", "CTON", "NBXM", "EPS", "E14F", "WMIN"].contains(line.words[0].uppercased().prefix(4)) {
      return try readOptions(line, from: 0)
    }
    try line.checkCount([4, 7])
    let types = try line.types(1)
    try refuseWildcards(types, line)
    let far = try lennardJones(line, 2, half: 1)
    let near = line.words.count == 7 ? try lennardJones(line, 5, half: 1) : far
    atoms[types[0]] = LennardJonesPair(far: far, near: near)
  }

  private mutating func readPair(_ line: CharmmLine) throws {
    try line.checkCount([4, 6])
    let types = try line.types(2)
    try refuseWildcards(types, line)
    let far = try lennardJones(line, 2, half: 0.5)
    let near = line.words.count == 6 ? try lennardJones(line, 4, half: 0.5) : far
    pairs[Self.key(types)] = LennardJonesPair(far: far, near: near)
  }

  /// The words after NONBONDED: only a few bear on the energy of every pair in vacuum.
  private mutating func readOptions(_ line: CharmmLine, from first: Int) throws {
    for (index, word) in line.words.enumerated().dropFirst(first) {
      switch word.uppercased().prefix(4) {
      case "NBXM":
        let mode = try line.number(index + 1, "the exclusion mode")
        guard abs(mode) == 5 else {
          throw InputError(
            line.place, "nbxmod \(mode) is not supported", hint: "nbxmod 5 is: 1-4 pairs on their own terms")
        }
      case "E14F":
        oneFourCoulomb = try line.number(index + 1, "a factor")
        guard oneFourCoulomb > 0, oneFourCoulomb <= 10 else {
          throw InputError(line.place, "e14fac \(oneFourCoulomb) is not supported: it must be positive")
        }
      case "EPS":
        guard try line.number(index + 1, "the dielectric constant") == 1 else {
          throw InputError(line.place, "a dielectric constant other than 1 is not supported")
        }
      case "RDIE":
        throw InputError(line.place, "a dielectric constant that grows with distance is not supported")
      case "GEOM": rule = .geometric
      case "ARIT": rule = .lorentzBerthelot
      default: break
      }
    }
  }

  // MARK: Look-up

  private func missing(_ what: String, _ types: [String], _ place: SourcePlace) -> InputError {
    InputError(
      place, "there are no parameters for the \(what) \(types.joined(separator: "-"))",
      hint: "give every parameter file of the force field to --topology-parameters")
  }

  /// A bond's parameters.
  func bond(_ types: [String], _ place: SourcePlace) throws -> (forceConstant: Double, length: Double) {
    guard let found = bonds[Self.key(types)] else { throw missing("bond", types, place) }
    return found
  }

  /// An angle's parameters.
  func angle(_ types: [String], _ place: SourcePlace) throws -> Angle {
    guard let found = angles[Self.key(types)] else { throw missing("angle", types, place) }
    return found
  }

  /// A dihedral's lines: those of its types before those of its inner types alone.
  func dihedral(_ types: [String], _ place: SourcePlace) throws -> [Periodic] {
    for key in [types, ["X", types[1], types[2], "X"]] {
      if let found = dihedrals[Self.key(key)] { return try unambiguous(found) }
    }
    throw missing("dihedral", types, place)
  }

  /// An improper's lines, by CHARMM's order of wildcards.
  func improper(_ t: [String], _ place: SourcePlace) throws -> [Periodic] {
    let x = "X"
    for direction in [t, Array(t.reversed())] {
      if let found = impropers[Self.key(direction)] { return try unambiguous(found) }
    }
    for pattern in [
      { (t: [String]) in [t[0], x, x, t[3]] }, { [x, $0[1], $0[2], $0[3]] }, { [x, $0[1], $0[2], x] },
      { [x, x, $0[2], $0[3]] },
    ] {
      for direction in [t, Array(t.reversed())] {
        if let found = impropers[Self.key(pattern(direction))] { return try unambiguous(found) }
      }
    }
    throw missing("improper", t, place)
  }

  /// Two lines of one periodicity: CHARMM adds them, NAMD and OpenMM keep the last.
  private func unambiguous(_ lines: [Periodic]) throws -> [Periodic] {
    var seen: [Int: Periodic] = [:]
    for line in lines {
      if let earlier = seen[line.periodicity] {
        throw InputError(
          line.place,
          "the periodicity \(line.periodicity) is given to the same types as in line \(earlier.place.line ?? 0)"
            + (earlier.place.file == line.place.file ? "" : " of \(earlier.place.file)")
            + ": CHARMM adds both, NAMD and OpenMM keep the last",
          hint: "take one of them out")
      }
      seen[line.periodicity] = line
    }
    return lines
  }

  /// An atom's Lennard-Jones parameters.
  func atom(_ type: String, _ place: SourcePlace) throws -> LennardJonesPair {
    guard let found = atoms[type] else { throw missing("atom type", [type], place) }
    return found
  }

  /// What NBFIX says of a pair of types; nil where it says nothing.
  func pair(_ a: String, _ b: String) -> LennardJonesPair? { pairs[Self.key([a, b])] }
}
