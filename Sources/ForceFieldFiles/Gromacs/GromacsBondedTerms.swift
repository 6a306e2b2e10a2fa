// Bonds, angles and dihedrals of a GROMACS molecule, with parameters on the line or those of their types.

import Chemistry
import TextFiles

extension GromacsMolecule {
  // MARK: Lines

  /// The atoms that a line starts with, from zero.
  func indices(_ line: GromacsLine, _ count: Int) throws -> [Int] {
    let result = try (0..<count).map { try line.integer($0, in: 1...atoms.count, "an atom's number") - 1 }
    guard Set(result).count == count else {
      throw InputError(line.place, "[ \(line.section) ]: names an atom twice")
    }
    return result
  }

  /// The function of a line, 1 where it has none.
  private func function(_ line: GromacsLine, atoms: Int, unsupported: [Int: String]) throws -> Int {
    guard line.fields.count > atoms else { return 1 }
    let function = try line.integer(atoms, in: 1...99, "the function")
    guard gromacsParameterCount(line.section, function: function) != nil else {
      throw InputError(
        line.place(field: atoms),
        "[ \(line.section) ]: function \(function)\(unsupported[function].map { " (\($0))" } ?? "") is not supported",
        hint:
          "Swivel has harmonic bonds and angles, Urey-Bradley terms, torsions of functions 1, 3, 5 and 9, "
          + "impropers of functions 2 and 4")
    }
    return function
  }

  /// The parameters of a line: its own, else those of its types.
  private func parameters(
    _ line: GromacsLine, atoms count: Int, function: Int, ofTypes: ([String]) -> [GromacsParameters]?
  ) throws -> [GromacsParameters] {
    let expected = gromacsParameterCount(line.section, function: function) ?? 0
    let own = try line.numbers(from: count + 1, "a parameter")
    if expected == 0 { return [GromacsParameters(values: [], place: line.place)] }
    var found = [GromacsParameters(values: own, place: line.place)]
    if own.isEmpty {
      let types = try indices(line, count).map { atoms[$0].type }
      guard let typed = ofTypes(types) else {
        throw InputError(
          line.place,
          "[ \(line.section) ]: no parameters of function \(function) for the types \(types.joined(separator: "-"))",
          hint: "give them behind the function, or #include the force field that has them")
      }
      found = typed
    }
    for parameters in found {
      guard parameters.values.count >= expected else {
        throw InputError(
          parameters.place,
          "[ \(line.section) ]: function \(function) has \(expected) parameters, here are \(parameters.values.count)",
          hint: "the line may be cut short")
      }
      guard parameters.values.count == expected else {
        throw InputError(
          parameters.place,
          "[ \(line.section) ]: \(parameters.values.count) parameters where function \(function) has \(expected): "
            + "a second state (free-energy columns) is not supported",
          hint: "leave out what follows the first \(expected)")
      }
    }
    return found
  }

  // MARK: Bonded terms

  func bonds() throws -> (chemical: [HarmonicBond], others: [HarmonicBond]) {
    let unsupported = [
      2: "GROMOS-96, quartic in r²", 3: "Morse", 4: "cubic", 7: "FENE", 8: "tabulated", 9: "tabulated",
      10: "restraint",
    ]
    var result: (chemical: [HarmonicBond], others: [HarmonicBond]) = ([], [])
    for line in system.sections["bonds"] ?? [] {
      let atoms = try indices(line, 2)
      let function = try function(line, atoms: 2, unsupported: unsupported)
      for parameters in try parameters(
        line, atoms: 2, function: function,
        ofTypes: { forceField.bonds[GromacsTypeKey($0, function: function)].map { [$0] } })
      {
        let bond =
          function == 5
          ? HarmonicBond(i: atoms[0], j: atoms[1], forceConstant: 0, length: 0)
          : distance(atoms[0], atoms[1], parameters.values[0], parameters.values[1])
        if function == 6 { result.others.append(bond) } else { result.chemical.append(bond) }
      }
    }
    return result
  }

  /// ½ k (r − r₀)² in kJ/mol and nm.
  private func distance(_ i: Int, _ j: Int, _ length: Double, _ constant: Double) -> HarmonicBond {
    HarmonicBond(
      i: i, j: j,
      forceConstant: constant / 2 * Units.kilojoule / (Units.nanometre * Units.nanometre),
      length: length * Units.nanometre)
  }

  func angles() throws -> (harmonic: [HarmonicAngle], ureyBradley: [HarmonicBond]) {
    let unsupported = [
      2: "GROMOS-96, harmonic in the cosine", 3: "cross bond-bond", 4: "cross bond-angle", 6: "quartic",
      8: "tabulated", 9: "linear", 10: "restricted bending",
    ]
    var result: (harmonic: [HarmonicAngle], ureyBradley: [HarmonicBond]) = ([], [])
    for line in system.sections["angles"] ?? [] {
      let atoms = try indices(line, 3)
      let function = try function(line, atoms: 3, unsupported: unsupported)
      for parameters in try parameters(
        line, atoms: 3, function: function,
        ofTypes: { forceField.angles[GromacsTypeKey($0, function: function)].map { [$0] } })
      {
        let v = parameters.values
        result.harmonic.append(
          HarmonicAngle(
            i: atoms[0], j: atoms[1], k: atoms[2], forceConstant: v[1] / 2 * Units.kilojoule,
            angle: v[0] * Units.degree))
        if function == 5, v[3] != 0 { result.ureyBradley.append(distance(atoms[0], atoms[2], v[2], v[3])) }
      }
    }
    return result
  }

  struct Dihedrals {
    var torsions: [Torsion] = []
    var impropers: [Torsion] = []
    var harmonic: [HarmonicImproper] = []
    /// Whether there are torsions and all are of function 3.
    var areRyckaertBellemans = false
  }

  func dihedrals(_ graph: BondGraph) throws -> Dihedrals {
    let unsupported = [8: "tabulated", 10: "restricted dihedral", 11: "combined bending-torsion"]
    let bonded = Set(graph.bonds)
    var result = Dihedrals()
    var torsionAt: [Quartet: Int] = [:]
    var functions: Set<Int> = []
    for line in system.sections["dihedrals"] ?? [] {
      let atoms = try indices(line, 4)
      let quartet = Quartet(atoms[0], atoms[1], atoms[2], atoms[3])
      let function = try function(line, atoms: 4, unsupported: unsupported)
      let found = try parameters(
        line, atoms: 4, function: function,
        ofTypes: { forceField.dihedrals.lines(of: $0, function: function) })
      guard function != 2 else {
        for parameters in found {
          result.harmonic.append(
            HarmonicImproper(
              quartet, forceConstant: parameters.values[1] / 2 * Units.kilojoule,
              angle: parameters.values[0] * Units.degree))
        }
        continue
      }
      let terms = try found.flatMap { try gromacsTorsionTerms($0, function: function) }
      if function == 4 || !bonded.isChain(atoms) {
        result.impropers.append(Torsion(quartet, terms: terms))
        continue
      }
      functions.insert(function)
      if let index = torsionAt[quartet.canonical] {
        result.torsions[index].terms = merged(result.torsions[index].terms + terms)
      } else {
        torsionAt[quartet.canonical] = result.torsions.count
        result.torsions.append(Torsion(quartet.canonical, terms: merged(terms)))
      }
    }
    result.areRyckaertBellemans = functions == [3]
    return result
  }

  /// Terms of one periodicity and phase joined into one: lines on the same atoms add up.
  private func merged(_ terms: [TorsionTerm]) -> [TorsionTerm] {
    var result: [TorsionTerm] = []
    for term in terms {
      if let index = result.firstIndex(where: { $0.periodicity == term.periodicity && $0.phase == term.phase }
      ) {
        result[index].forceConstant += term.forceConstant
      } else {
        result.append(term)
      }
    }
    return result
  }
}
