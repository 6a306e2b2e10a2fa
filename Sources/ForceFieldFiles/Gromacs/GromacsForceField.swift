// What the parameter sections of a GROMACS topology say: defaults, atom types, pair types, bonded types by atom types.

import Chemistry
import TextFiles

/// GROMACS's Coulomb constant in kJ/mol·nm/e²: of CODATA 2018, as gmx 2022.5 computes with (1/(4πε₀) with
/// ε₀ = 8.8541878128e-12 F/m; two unit charges at 1 nm give 138.935457644381 there).
private let coulombConstant = 138.935_457_644_382

/// An atom type.
struct GromacsAtomType {
  /// By which bonded parameters are found.
  var bondedType: String
  /// The atomic number, where the file has it.
  var atomicNumber: Int?
  /// g/mol.
  var mass: Double
  /// Elementary charges.
  var charge: Double
  /// "A" for an atom; virtual sites and shells have others.
  var particle: String
  /// Its Lennard-Jones parameters in the file's form.
  var lennardJones: GromacsLennardJones
  /// Where it is defined.
  var place: SourcePlace
}

/// V and W of a Lennard-Jones interaction: C6 and C12 under combination rule 1, σ and ε under 2 and 3 (kJ/mol, nm).
struct GromacsLennardJones: Hashable {
  var v: Double
  var w: Double
}

/// The parameter sections of a topology (GROMACS manual, "Topology file", table of parameter directives).
struct GromacsForceField {
  /// 1, 2 or 3.
  private(set) var rule = 0
  private(set) var generatesPairs = false
  private(set) var fudgeLJ = 1.0
  private(set) var fudgeQQ = 1.0
  private(set) var atomTypes: [String: GromacsAtomType] = [:]
  private(set) var nonbonded: [GromacsTypeKey: GromacsLennardJones] = [:]
  private(set) var pairTypes: [GromacsTypeKey: GromacsLennardJones] = [:]
  private(set) var bonds: [GromacsTypeKey: GromacsParameters] = [:]
  private(set) var angles: [GromacsTypeKey: GromacsParameters] = [:]
  private(set) var dihedrals = GromacsDihedralTable()
  private var hasDefaults = false

  /// kcal/mol·Å/e².
  static let coulomb = coulombConstant * Units.kilojoule * Units.nanometre

  /// The sections that hold parameters; grompp takes them before the first [ moleculetype ] only.
  static let sections: Set<String> = [
    "defaults", "atomtypes", "bondtypes", "constrainttypes", "pairtypes", "angletypes", "dihedraltypes",
    "nonbond_params", "cmaptypes", "implicit_genborn_params", "implicit_surface_params",
  ]

  /// Takes a line of a parameter section.
  /// - Throws: ``InputError`` where it cannot be read or says what Swivel cannot represent.
  mutating func take(_ line: GromacsLine) throws {
    switch line.section {
    case "defaults": try takeDefaults(line)
    case "atomtypes": try takeAtomType(line)
    case "bondtypes": try takeBonded(line, atoms: 2, into: \.bonds)
    case "angletypes": try takeBonded(line, atoms: 3, into: \.angles)
    case "pairtypes": try takePair(line, into: \.pairTypes)
    case "nonbond_params": try takePair(line, into: \.nonbonded)
    case "dihedraltypes": try dihedrals.take(line)
    // Used by [ constraints ] and [ cmap ] alone, which are refused; generalised Born is gone from GROMACS.
    default: break
    }
  }

  private mutating func takeDefaults(_ line: GromacsLine) throws {
    guard !hasDefaults else {
      throw InputError(
        line.place, "a second line of [ defaults ]", hint: "include one force field only")
    }
    hasDefaults = true
    guard try line.integer(0, in: 1...9, "the kind of non-bonded function") == 1 else {
      throw InputError(
        line.place(field: 0), "Buckingham interactions (nbfunc 2) are not supported",
        hint: "Swivel computes Lennard-Jones, nbfunc 1")
    }
    rule = try line.integer(1, in: 1...3, "the combination rule")
    if line.fields.count > 2 { generatesPairs = line.fields[2].lowercased().hasPrefix("y") }
    if line.fields.count > 3 { fudgeLJ = try line.number(3, "fudgeLJ") }
    if line.fields.count > 4 { fudgeQQ = try line.number(4, "fudgeQQ") }
    for (index, fudge) in [(3, fudgeLJ), (4, fudgeQQ)] where !(0...1000).contains(fudge) {
      throw InputError(line.place(field: index), "\(fudge) scales no 1-4 interaction")
    }
    if line.fields.count > 5, try line.number(5, "the power of the repulsion") != 12 {
      throw InputError(
        line.place(field: 5), "the power \(line.fields[5]) of the repulsion is not supported",
        hint: "Lennard-Jones has 12")
    }
  }

  /// Which optional columns there are is told by where the particle type, a single letter, stands.
  private mutating func takeAtomType(_ line: GromacsLine) throws {
    func isLetter(_ index: Int) -> Bool {
      guard index < line.fields.count else { return false }
      return line.fields[index].utf8.count == 1 && line.fields[index].first?.isLetter == true
    }
    let at: Int
    let hasBondedType: Bool
    if isLetter(5) {
      (at, hasBondedType) = (5, true)
    } else if isLetter(3) {
      (at, hasBondedType) = (3, false)
    } else if isLetter(4) {
      (at, hasBondedType) = (4, line.fields[1].first?.isLetter == true)
    } else {
      throw InputError(
        line.place, "[ atomtypes ]: no particle type, a single letter such as A, in word 4, 5 or 6",
        hint:
          "a line has name, bonded type and atomic number (both optional), mass, charge, particle type, V, W")
    }
    let name = try line.word(0, "the name")
    let numberAt = at == 5 ? 2 : at == 4 && !hasBondedType ? 1 : nil
    guard line.fields.count == at + 3 else {
      throw InputError(
        line.place,
        "[ atomtypes ]: two Lennard-Jones parameters were expected, there are \(line.fields.count - at - 1)")
    }
    let type = GromacsAtomType(
      bondedType: hasBondedType ? String(line.fields[1]) : name,
      atomicNumber: try numberAt.map { try line.integer($0, in: -1...118, "the atomic number") },
      mass: try line.number(at - 2, "the mass"), charge: try line.number(at - 1, "the charge"),
      particle: line.fields[at].uppercased(), lennardJones: try lennardJones(line, from: at + 1),
      place: line.place)
    atomTypes[name] = type
  }

  /// V and W; negative ones would mean repulsion alone (σ) or make no sense.
  func lennardJones(_ line: GromacsLine, from first: Int) throws -> GromacsLennardJones {
    let names = rule == 1 ? ("C6", "C12") : ("sigma", "epsilon")
    let result = GromacsLennardJones(
      v: try line.number(first, names.0), w: try line.number(first + 1, names.1))
    for (index, value) in [(first, result.v), (first + 1, result.w)] where value < 0 {
      throw InputError(
        line.place(field: index), "[ \(line.section) ]: the Lennard-Jones parameter \(value) is negative")
    }
    return result
  }

  private mutating func takeBonded(
    _ line: GromacsLine, atoms: Int, into table: WritableKeyPath<Self, [GromacsTypeKey: GromacsParameters]>
  ) throws {
    let types = try (0..<atoms).map { try line.word($0, "an atom type") }
    let function = try line.integer(atoms, in: 1...99, "the function")
    // Functions that Swivel does not have are refused where a molecule uses them.
    guard let count = gromacsParameterCount(line.section, function: function) else { return }
    let values = try line.numbers(from: atoms + 1, "a parameter")
    guard values.count >= count else {
      throw InputError(
        line.place,
        "[ \(line.section) ]: function \(function) has \(count) parameters, here are \(values.count)")
    }
    // As in grompp, the last definition of some types is in force.
    self[keyPath: table][GromacsTypeKey(types, function: function)] = GromacsParameters(
      values: values, place: line.place)
  }

  private mutating func takePair(
    _ line: GromacsLine, into table: WritableKeyPath<Self, [GromacsTypeKey: GromacsLennardJones]>
  ) throws {
    let types = [try line.word(0, "an atom type"), try line.word(1, "an atom type")]
    let function = try line.integer(2, in: 1...9, "the function")
    guard function == 1 else {
      throw InputError(
        line.place(field: 2), "[ \(line.section) ]: the function \(function) is not supported",
        hint: "Lennard-Jones is function 1")
    }
    if line.fields.count > 5 {
      guard line.section == "pairtypes", line.fields.count == 7,
        line.fields[3] == line.fields[5], line.fields[4] == line.fields[6]
      else {
        throw InputError(
          line.place(field: 5), "[ \(line.section) ]: parameters of a second state are not supported",
          hint: "leave out what follows the first two parameters")
      }
    }
    self[keyPath: table][GromacsTypeKey(types)] = try lennardJones(line, from: 3)
  }

  // MARK: Lennard-Jones of pairs

  /// The parameters of a pair of atom types: their own line in [ nonbond_params ], else combined.
  func lennardJones(_ a: String, _ b: String) -> GromacsLennardJones? {
    if let own = nonbonded[GromacsTypeKey([a, b])] { return own }
    guard let x = atomTypes[a]?.lennardJones, let y = atomTypes[b]?.lennardJones else { return nil }
    return GromacsLennardJones(
      v: rule == 2 ? (x.v + y.v) / 2 : (x.v * y.v).squareRoot(), w: (x.w * y.w).squareRoot())
  }

  /// The parameters of a 1-4 pair of atom types: their own line in [ pairtypes ], else scaled; nil where pairs are not
  /// generated.
  func oneFour(_ a: String, _ b: String) -> (parameters: GromacsLennardJones, isGenerated: Bool)? {
    if let own = pairTypes[GromacsTypeKey([a, b])] { return (own, false) }
    guard generatesPairs, let full = lennardJones(a, b) else { return nil }
    return (
      GromacsLennardJones(v: rule == 1 ? full.v * fudgeLJ : full.v, w: full.w * fudgeLJ), true
    )
  }

  /// The coefficients of r⁻¹² and −r⁻⁶ in kcal/mol and Å.
  func coefficients(_ parameters: GromacsLennardJones) -> (repulsion: Double, dispersion: Double) {
    guard rule != 1 else {
      return (parameters.w * Units.kilojoule * 1e12, parameters.v * Units.kilojoule * 1e6)
    }
    let own = atom(parameters)
    return (own.repulsion, own.dispersion)
  }

  /// σ and ε in Å and kcal/mol.
  func atom(_ parameters: GromacsLennardJones) -> LennardJones {
    if rule == 1 {
      let (repulsion, dispersion) = coefficients(parameters)
      return LennardJones(repulsion: repulsion, dispersion: dispersion)
    }
    return LennardJones(
      sigma: parameters.v * Units.nanometre, epsilon: parameters.w * Units.kilojoule)
  }
}

/// How many parameters a function that Swivel has takes; nil where it has none.
func gromacsParameterCount(_ section: String, function: Int) -> Int? {
  switch (section, function) {
  case ("bonds", 1), ("bonds", 6), ("bondtypes", 1), ("bondtypes", 6): 2
  case ("bonds", 5): 0
  case ("angles", 1), ("angletypes", 1): 2
  case ("angles", 5), ("angletypes", 5): 4
  case ("dihedrals", 1), ("dihedrals", 4), ("dihedrals", 9): 3
  case ("dihedrals", 2): 2
  case ("dihedrals", 3): 6
  case ("dihedrals", 5): 4
  default: nil
  }
}
