// A topology as files that OpenMM loads: a serialized System, a PDB with names, and a ForceField XML with the types.

import Chemistry
import TextFiles

/// The files of a molecule for OpenMM: ".system.xml" (for XmlSerializer.deserialize), ".pdb" (names, elements, bonds,
/// coordinates to 0.001 Å) and ".types.xml" (the atom types as a ForceField's residue template, which Swivel reads
/// back).
///
/// Charges are the topology's own; OpenMM's Coulomb energies are to the topology's as the Coulomb constants are. Pairs
/// that NonbondedForce would compute otherwise, 1-4 pairs and exclusions among them, are exceptions.
/// - Throws: ``InputError`` where a pair's energy is no Lennard-Jones energy of a σ and an ε, where a constant of a
///   torsion cannot be said, or the coordinates are not those of the atoms.
public func openMMSystem(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String]
) throws -> [(suffix: String, text: String)] {
  guard coordinates.count == topology.atoms.count else {
    throw InputError(nil, "\(coordinates.count) coordinates for \(topology.atoms.count) atoms")
  }
  let comments = header.map { "<!-- \(xmlComment($0)) -->\n" }.joined()
  let names = pdbNames(topology.atoms)
  return [
    (".system.xml", try systemElement(topology, comments: comments)),
    (".pdb", pdb(topology, names: names, coordinates: coordinates, header: header)),
    (".types.xml", comments + templateElement(topology, names: names)),
  ]
}

private func systemElement(_ topology: Topology, comments: String) throws -> String {
  // OpenMM takes a comment before the outermost element for an object of unknown type.
  var text =
    "<?xml version=\"1.0\" ?>\n<System openmmVersion=\"8.0\" type=\"System\" version=\"1\">\n" + comments
  text += "\t<PeriodicBoxVectors>\n\t\t<A x=\"2\" y=\"0\" z=\"0\"/>\n\t\t<B x=\"0\" y=\"2\" z=\"0\"/>\n"
  text += "\t\t<C x=\"0\" y=\"0\" z=\"2\"/>\n\t</PeriodicBoxVectors>\n"
  text += "\t<Particles>\n"
  for atom in topology.atoms { text += "\t\t<Particle mass=\"\(try mass(of: atom))\"/>\n" }
  text += "\t</Particles>\n\t<Constraints/>\n\t<Forces>\n"
  text += bondForce("HarmonicBondForce", topology.bonds)
  text += force(
    "HarmonicAngleForce", version: 2, list: "Angles",
    topology.angles.map {
      "<Angle a=\"\($0.angle)\" k=\"\(2 * $0.forceConstant / Units.kilojoule)\" \(particles([$0.i, $0.j, $0.k]))/>"
    })
  text += torsionForces(topology)
  if !topology.ureyBradleys.isEmpty { text += bondForce("UreyBradleyForce", topology.ureyBradleys) }
  text += improperForce(topology.harmonicImpropers)
  return text + (try nonbondedForce(topology)) + "\t</Forces>\n</System>\n"
}

private func mass(of atom: Atom) throws -> Double {
  guard let mass = atom.element.mass else {
    throw InputError(nil, "\(atom.name) is \(atom.element.symbol), for which Swivel has no mass")
  }
  return mass
}

private func particles(_ atoms: [Int]) -> String {
  atoms.enumerated().map { "p\($0 + 1)=\"\($1)\"" }.joined(separator: " ")
}

private func force(
  _ type: String, name: String? = nil, version: Int, list: String, attributes: String = "",
  before: String = "",
  _ rows: [String]
) -> String {
  """
  \t\t<Force \(attributes)forceGroup="0" name="\(name ?? type)" type="\(type)" usesPeriodic="0" \
  version="\(version)">\n
  """
    + before + "\t\t\t<\(list)>\n" + rows.map { "\t\t\t\t\($0)\n" }.joined()
    + "\t\t\t</\(list)>\n\t\t</Force>\n"
}

private func bondForce(_ name: String, _ bonds: [HarmonicBond]) -> String {
  // OpenMM's energy is half its k times the square of a distance in nm.
  let factor = 2 / Units.kilojoule * Units.nanometre * Units.nanometre
  return force(
    "HarmonicBondForce", name: name, version: 2, list: "Bonds",
    bonds.map {
      "<Bond d=\"\($0.length / Units.nanometre)\" k=\"\($0.forceConstant * factor)\" \(particles([$0.i, $0.j]))/>"
    })
}

private func torsionForces(_ topology: Topology) -> String {
  var rows: [String] = []
  var constants: [String] = []
  for torsion in topology.torsions + topology.impropers {
    let q = torsion.quartet
    for term in torsion.terms {
      let k = term.forceConstant / Units.kilojoule
      if term.periodicity == 0 {
        // PeriodicTorsionForce has no periodicity 0; a Ryckaert-Bellemans function of its constant alone has.
        let constant = k + term.cosineAmplitude / Units.kilojoule
        let coefficients = "c0=\"\(constant)\" c1=\"0\" c2=\"0\" c3=\"0\" c4=\"0\" c5=\"0\""
        constants.append("<Torsion \(coefficients) \(particles(q.atoms))/>")
      } else {
        rows.append(
          """
          <Torsion k="\(k)" \(particles(q.atoms)) periodicity="\(term.periodicity)" \
          phase="\(term.phaseAsComputed)"/>
          """
        )
      }
    }
  }
  return force("PeriodicTorsionForce", version: 2, list: "Torsions", rows)
    + (constants.isEmpty ? "" : force("RBTorsionForce", version: 2, list: "Torsions", constants))
}

private func improperForce(_ impropers: [HarmonicImproper]) -> String {
  if impropers.isEmpty { return "" }
  let rows = impropers.map {
    "<Torsion \(particles($0.quartet.atoms)) param1=\"\($0.forceConstant / Units.kilojoule)\" param2=\"\($0.angle)\"/>"
  }
  return force(
    "CustomTorsionForce", name: "ImproperTorsionForce", version: 3, list: "Torsions",
    attributes: "energy=\"k*min(dtheta, 2*pi-dtheta)^2; dtheta = abs(theta-theta0); pi = \(Double.pi)\" ",
    before:
      "\t\t\t<PerTorsionParameters>\n\t\t\t\t<Parameter name=\"k\"/>\n\t\t\t\t<Parameter name=\"theta0\"/>\n"
      + "\t\t\t</PerTorsionParameters>\n\t\t\t<GlobalParameters/>\n\t\t\t<EnergyParameterDerivatives/>\n",
    rows)
}

private func nonbondedForce(_ topology: Topology) throws -> String {
  let sizes = topology.atoms.map { $0.lennardJones ?? LennardJones(sigma: 0, epsilon: 0) }
  let settings = [
    "alpha=\"0\" cutoff=\"1\" dispersionCorrection=\"0\" ewaldTolerance=\".0005\" exceptionsUsePeriodic=\"0\"",
    "forceGroup=\"0\" includeDirectSpace=\"1\" ljAlpha=\"0\" ljnx=\"0\" ljny=\"0\" ljnz=\"0\" method=\"0\"",
    "name=\"NonbondedForce\" nx=\"0\" ny=\"0\" nz=\"0\" recipForceGroup=\"-1\" rfDielectric=\"78.3\"",
    "switchingDistance=\"-1\" type=\"NonbondedForce\" useSwitchingFunction=\"0\" version=\"4\"",
  ]
  var text = "\t\t<Force \(settings.joined(separator: " "))>\n"
  text +=
    "\t\t\t<GlobalParameters/>\n\t\t\t<ParticleOffsets/>\n\t\t\t<ExceptionOffsets/>\n\t\t\t<Particles>\n"
  func parameters(_ size: LennardJones) -> String {
    // σ of an atom without Lennard-Jones energy does not matter, but OpenMM wants one.
    """
    eps="\(size.epsilon / Units.kilojoule)" q="%" \
    sig="\(size.epsilon == 0 ? 0.1 : size.sigma / Units.nanometre)"
    """
  }
  for (atom, size) in zip(topology.atoms, sizes) {
    text += "\t\t\t\t<Particle \(parameters(size).replacing("%", with: "\(atom.charge)"))/>\n"
  }
  text += "\t\t\t</Particles>\n\t\t\t<Exceptions>\n"
  var pairs = Dictionary(
    topology.pairs.map { (BondIndex($0.i, $0.j), $0) }, uniquingKeysWith: { first, _ in first })
  for i in sizes.indices {
    for j in (i + 1)..<max(sizes.count, i + 1) {
      let pair = pairs.removeValue(forKey: BondIndex(i, j))
      let full = sizes[i].combined(with: sizes[j], by: .lorentzBerthelot)
      let charge = topology.atoms[i].charge * topology.atoms[j].charge
      if let pair, !pair.isOneFour, isClose(pair.repulsion, full.repulsion),
        isClose(pair.dispersion, full.dispersion),
        isClose(pair.coulomb / topology.coulombConstant, charge)
      {
        continue
      }
      let own = LennardJones(repulsion: pair?.repulsion ?? 0, dispersion: pair?.dispersion ?? 0)
      if let pair, (pair.repulsion != 0 || pair.dispersion != 0) && own.epsilon == 0 {
        throw InputError(
          nil,
          """
          the pair \(topology.atoms[i].name)–\(topology.atoms[j].name) has only one of repulsion and \
          dispersion, or a negative one, which no σ and ε give
          """,
          hint: "OpenMM's NonbondedForce cannot say this pair")
      }
      let product = (pair?.coulomb ?? 0) / topology.coulombConstant
      text +=
        "\t\t\t\t<Exception \(parameters(own).replacing("%", with: "\(product)")) \(particles([i, j]))/>\n"
    }
  }
  return text + "\t\t\t</Exceptions>\n\t\t</Force>\n"
}

/// Names of at most four characters, no two alike: the atoms' own, or symbol and number where these will not do.
func pdbNames(_ atoms: [Atom]) -> [String] {
  let own = atoms.map(\.name)
  let isFit =
    Set(own).count == own.count
    && own.allSatisfy { name in
      (1...4).contains(name.count) && name.allSatisfy { $0.isASCII && !$0.isWhitespace }
    }
  return isFit ? own : atoms.enumerated().map { String("\($1.element.symbol)\($0 + 1)".prefix(4)) }
}

private func pdb(_ topology: Topology, names: [String], coordinates: [Vector3], header: [String]) -> String {
  func right(_ text: String, _ width: Int) -> String { padded(text, width) }
  func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
  var text = header.map { "REMARK   1 \($0)\n" }.joined()
  for (index, (name, position)) in zip(names, coordinates).enumerated() {
    let symbol = topology.atoms[index].element.symbol
    // Names begin in column 14 where the symbol has one letter.
    let field = name.count < 4 && symbol.count == 1 ? left(" " + name, 4) : left(name, 4)
    text += "HETATM\(right("\(index + 1)", 5)) \(field) MOL A   1    "
    text += [position.x, position.y, position.z].map { right(fixedPoint($0, 3), 8) }.joined()
    text += "  1.00  0.00          \(right(symbol.uppercased(), 2))  \n"
  }
  for (index, around) in topology.bondGraph.neighbours.enumerated() where !around.isEmpty {
    for start in stride(from: 0, to: around.count, by: 4) {
      text += "CONECT" + right("\(index + 1)", 5)
      text += around[start..<min(start + 4, around.count)].map { right("\($0 + 1)", 5) }.joined() + "\n"
    }
  }
  return text + "END\n"
}

private func templateElement(_ topology: Topology, names: [String]) -> String {
  var text = "<ForceField>\n <AtomTypes>\n"
  for (atom, name) in zip(topology.atoms, names) {
    let mass = atom.element.mass.map { "\($0)" } ?? "0"
    text +=
      """
        <Type name="MOL-\(xmlText(name))" class="\(xmlText(atom.type))" element="\(atom.element.symbol)" \
      mass="\(mass)"/>\n
      """
  }
  text += " </AtomTypes>\n <Residues>\n  <Residue name=\"MOL\">\n"
  for (atom, name) in zip(topology.atoms, names) {
    let escaped = xmlText(name)
    text += "   <Atom name=\"\(escaped)\" type=\"MOL-\(escaped)\" charge=\"\(atom.charge)\"/>\n"
  }
  for bond in topology.bondGraph.bonds {
    text +=
      "   <Bond atomName1=\"\(xmlText(names[bond.a]))\" atomName2=\"\(xmlText(names[bond.b]))\"/>\n"
  }
  return text + "  </Residue>\n </Residues>\n</ForceField>\n"
}

extension TorsionTerm {
  /// The phase, exactly 0 or π where the energy takes it for that: files store π with six digits.
  var phaseAsComputed: Double {
    guard sineAmplitude == 0, forceConstant != 0 else { return phase }
    return (cosineAmplitude < 0) == (forceConstant < 0) ? 0 : .pi
  }
}
