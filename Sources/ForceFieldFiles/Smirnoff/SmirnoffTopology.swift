// A whole molecule as a SMIRNOFF force field of its own: every term by the surroundings of its atoms.

import Chemistry
import TextFiles

/// The text of an offxml that gives the molecule, and molecules of atoms that look alike, all their parameters: bonds,
/// angles, proper torsions, Lennard-Jones, charges.
/// - Throws: ``InputError`` for what SMIRNOFF cannot say, with the reason.
func smirnoffTopologyFiles(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String]
) throws -> [(suffix: String, text: String)] {
  [(".offxml", try SmirnoffTopologyWriter(topology, name: name).text(header: header))]
}

private struct SmirnoffTopologyWriter {
  let topology: Topology
  let name: String
  let labels: [String]
  let patterns: [String: String]
  let scaling: OneFourScaling

  init(_ topology: Topology, name: String) throws {
    self.topology = topology
    self.name = name
    func refusal(_ what: String) -> InputError {
      InputError(
        nil, "\(name): SMIRNOFF cannot say \(what)", hint: "export the molecule to openmm or gromacs")
    }
    if topology.impropers.contains(where: { $0.terms.contains { $0.forceConstant != 0 } }) {
      throw refusal("an improper in one order of its atoms: it takes the mean of three")
    }
    if !topology.harmonicImpropers.isEmpty { throw refusal("harmonic impropers") }
    if !topology.ureyBradleys.isEmpty { throw refusal("Urey-Bradley terms") }
    if topology.combinationRule != .lorentzBerthelot { throw refusal("the geometric combination rule") }
    guard topology.oneFourScalings.count <= 1 else { throw refusal("more than one 1-4 scaling") }
    scaling = topology.oneFourScalings.first ?? OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)
    // Atoms of one symmetry class share patterns; their parameters must be equal, which `entries` checks.
    labels = topology.symmetryClasses
    var named = topology
    for index in named.atoms.indices { named.atoms[index].type = labels[index] }
    patterns = atomPatterns(of: Set(labels), in: [named], depth: 8)
    if let atom = topology.atoms.indices.first(where: { patterns[labels[$0]] == nil }) {
      throw refusal(
        "atom \(atom) (\(topology.atoms[atom].type)): its surroundings look like another's of another type")
    }
    try checkPairs()
  }

  /// Pairs must be those that SMIRNOFF makes of the atoms' parameters.
  private func checkPairs() throws {
    let near = topology.bondGraph.nearPairs
    var expected: Set<BondIndex> = []
    for i in topology.atoms.indices {
      for j in topology.atoms.indices where j > i && !near.excluded.contains(BondIndex(i, j)) {
        expected.insert(BondIndex(i, j))
      }
    }
    for pair in topology.pairs {
      let index = BondIndex(pair.i, pair.j)
      let a = topology.atoms[pair.i]
      let b = topology.atoms[pair.j]
      let isOneFour = near.oneFour.contains(index)
      if let first = a.lennardJones, let second = b.lennardJones, expected.remove(index) != nil {
        let both = first.combined(with: second, by: topology.combinationRule)
        let divisor = isOneFour ? scaling.lennardJonesDivisor : 1
        let qq = topology.coulombConstant * a.charge * b.charge / (isOneFour ? scaling.coulombDivisor : 1)
        if isClose(pair.repulsion, both.repulsion / divisor),
          isClose(pair.dispersion, both.dispersion / divisor),
          isClose(pair.coulomb, qq)
        {
          continue
        }
      }
      throw InputError(
        nil,
        """
        \(name): the atoms \(pair.i) and \(pair.j) interact otherwise than their own parameters combine to, \
        which SMIRNOFF cannot say
        """,
        hint: "export the molecule to openmm or gromacs")
    }
    if let missing = expected.sorted().first {
      throw InputError(
        nil, "\(name): the atoms \(missing.a) and \(missing.b) do not interact, which SMIRNOFF cannot say",
        hint: "export the molecule to openmm or gromacs")
    }
  }

  /// One entry for each different pattern of the atoms given, with what `attributes` says of it.
  private func entries(
    _ tag: String, _ prefix: String, _ rows: [(atoms: [Int], attributes: String)]
  ) throws -> String {
    var known: [[String]: String] = [:]
    var order: [[String]] = []
    for row in rows {
      let forward = row.atoms.map { labels[$0] }
      let key = forward.reversed().lexicographicallyPrecedes(forward) ? forward.reversed() : forward
      if let other = known[key] {
        guard other == row.attributes else {
          throw InputError(
            nil,
            """
            \(name): the atoms \(row.atoms.map(String.init).joined(separator: "–")) have other parameters \
            than atoms that look alike, which SMIRNOFF cannot say
            """,
            hint: "export the molecule to openmm or gromacs")
        }
      } else {
        known[key] = row.attributes
        order.append(key)
      }
    }
    return order.enumerated().map { number, key in
      let text = smirks(key.map { patterns[$0]! })
      return
        "    <\(tag) smirks=\"\(xmlText(text))\" id=\"\(xmlText(name))-\(prefix)\(number + 1)\"\(known[key]!)/>\n"
    }.joined()
  }

  func text(header: [String]) throws -> String {
    let energy = "kilocalorie / mole"
    func number(_ value: Double) -> String { fixedPoint(value, 10) }
    var text = smirnoffStart
    for line in ["\(name), every term"] + header { text += "  <!-- \(xmlComment(line)) -->\n" }
    text += "  <Constraints version=\"0.3\"/>\n"
    text +=
      """
        <Bonds version="0.4" potential="harmonic" fractional_bondorder_method="AM1-Wiberg" \
      fractional_bondorder_interpolation="linear">\n
      """
    text += try entries(
      "Bond", "b",
      topology.bonds.map {
        (
          [$0.i, $0.j],
          """
           length="\(number($0.length)) * angstrom" k="\(number(2 * $0.forceConstant)) * \(energy) / \
          angstrom ** 2"
          """
        )
      })
    text += "  </Bonds>\n  <Angles version=\"0.3\" potential=\"harmonic\">\n"
    text += try entries(
      "Angle", "a",
      topology.angles.map {
        (
          [$0.i, $0.j, $0.k],
          """
           angle="\(number(degrees($0.angle))) * degree" k="\(number(2 * $0.forceConstant)) * \(energy) / \
          radian ** 2"
          """
        )
      })
    text += "  </Angles>\n" + torsionsStart
    text += try entries(
      "Proper", "t",
      topology.torsions.map { torsion in
        // A constant moves no atom; SMIRNOFF has none.
        let terms = torsion.terms.filter { $0.periodicity > 0 }
        return (torsion.quartet.atoms, smirnoffTerms(terms.orZero))
      })
    text +=
      """
        </ProperTorsions>\n  <ImproperTorsions version="0.3" potential="k*(1+cos(periodicity*theta-phase))" \
      default_idivf="auto"/>\n
      """
    text +=
      """
        <vdW version="0.4" potential="Lennard-Jones-12-6" combining_rules="Lorentz-Berthelot" scale12="0.0" \
      scale13="0.0" scale14="\(number(1 / scaling.lennardJonesDivisor))" scale15="1.0" cutoff="9.0 * \
      angstrom" switch_width="0.0 * angstrom" periodic_method="cutoff" nonperiodic_method="no-cutoff">\n
      """
    text += try entries(
      "Atom", "n",
      topology.atoms.enumerated().map { index, atom in
        let own = atom.lennardJones ?? LennardJones(sigma: 0, epsilon: 0)
        return (
          [index],
          " epsilon=\"\(number(own.epsilon)) * \(energy)\" rmin_half=\"\(number(own.halfMinimum)) * angstrom\""
        )
      })
    text += "  </vdW>\n"
    text +=
      """
        <Electrostatics version="0.4" scale12="0.0" scale13="0.0" \
      scale14="\(number(1 / scaling.coulombDivisor))" scale15="1.0" cutoff="9.0 * angstrom" \
      switch_width="0.0 * angstrom" periodic_potential="Ewald3D-ConductingBoundary" \
      nonperiodic_potential="Coulomb" exception_potential="Coulomb"/>\n
      """
    text += "  <LibraryCharges version=\"0.3\">\n"
    text += try entries(
      "LibraryCharge", "q",
      topology.atoms.enumerated().map {
        ([$0.offset], " charge1=\"\(number($0.element.charge)) * elementary_charge\"")
      })
    return text + "  </LibraryCharges>\n</SMIRNOFF>\n"
  }
}
