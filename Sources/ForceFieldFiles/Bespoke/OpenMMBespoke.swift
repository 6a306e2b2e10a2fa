// OpenMM residues whose atoms have types of their own, with every parameter, as a ForceField XML.

import Chemistry
import TextFiles

/// `PREFIX.xml`: a residue template for each molecule, a type for each atom, all terms by these types.
///
/// With a type an atom every term is said exactly. Impropers are of the ordering "amber", which keeps the order of four
/// unlike types. The 1-4 scalings must be those of the force field it is loaded with, which OpenMM checks.
/// - Throws: ``InputError`` where molecules have different 1-4 scalings, or a term has no form in it.
func openMMBespoke(
  _ molecules: [BespokeMolecule], prefix: String, header: [String]
) throws -> [(path: String, text: String)] {
  let writers = try molecules.map { try OpenMMBespokeWriter($0, prefix: prefix) }
  let scalings = Set(writers.map { [$0.plan.coulombWeight, $0.plan.lennardJonesWeight] })
  guard let scaling = scalings.first, scalings.count == 1 else {
    throw InputError(
      nil, "the molecules scale 1-4 pairs differently, and a ForceField has one scaling",
      hint: "choose some with --molecules")
  }
  var text = "<ForceField>\n"
  for line in header + ["Load it beside the base: ForceField('base.xml', '\(prefix).xml')."] {
    text += " <!-- \(xmlComment(line)) -->\n"
  }
  func element(_ tag: String, _ rows: [String], attributes: String = "") -> String {
    rows.isEmpty ? "" : " <\(tag)\(attributes)>\n" + rows.map { "  \($0)\n" }.joined() + " </\(tag)>\n"
  }
  text += element("AtomTypes", try writers.flatMap { try $0.types() })
  text += element("Residues", writers.flatMap(\.residue))
  text += element("HarmonicBondForce", writers.flatMap(\.bonds))
  text += element("HarmonicAngleForce", writers.flatMap(\.angles))
  text += element("PeriodicTorsionForce", writers.flatMap(\.torsions), attributes: " ordering=\"amber\"")
  text += element(
    "NonbondedForce",
    ["<UseAttributeFromResidue name=\"charge\"/>"] + writers.flatMap(\.nonbonded),
    attributes: " coulomb14scale=\"\(scaling[0])\" lj14scale=\"\(scaling[1])\"")
  return [("\(prefix).xml", text + "</ForceField>\n")]
}

private struct OpenMMBespokeWriter {
  let plan: PairPlan
  private let molecule: BespokeMolecule
  private let names: [String]
  private let prefix: String
  private var topology: Topology { molecule.topology }

  init(_ molecule: BespokeMolecule, prefix: String) throws {
    self.molecule = molecule
    self.prefix = prefix
    names = pdbNames(molecule.topology.atoms)
    try molecule.topology.requireAmberForm(format: "OpenMM xml")
    plan = try PairPlan(molecule.topology, rule: .lorentzBerthelot, format: "a ForceField")
    guard plan.exceptions.isEmpty else {
      throw InputError(
        nil,
        "\(molecule.name) has pairs with Lennard-Jones parameters of their own, which a residue cannot have",
        hint: "write gromacs, or `swivel apply` the report to your System")
    }
    let graph = molecule.topology.bondGraph
    var centres: Set<Int> = []
    for improper in molecule.topology.impropers {
      let q = improper.quartet
      let centre = [q.k, q.j].first {
        Set(graph.neighbours[$0]).isSuperset(of: Set(q.atoms).subtracting([$0]))
      }
      guard let centre, centres.insert(centre).inserted else {
        throw InputError(
          nil, "\(molecule.name) has two impropers at an atom, or one at none, which a residue cannot have",
          hint: "`swivel apply` the report to your System")
      }
    }
  }

  private func type(_ atom: Int) -> String { "\(prefix)-\(xmlText(molecule.name))-\(xmlText(names[atom]))" }

  private func attributes(_ atoms: [Int]) -> String {
    atoms.enumerated().map { "type\($0 + 1)=\"\(type($1))\"" }.joined(separator: " ")
  }

  func types() throws -> [String] {
    try topology.atoms.enumerated().map { index, atom in
      guard let mass = atom.element.mass else {
        throw InputError(nil, "\(atom.name) is \(atom.element.symbol), for which Swivel has no mass")
      }
      return
        "<Type name=\"\(type(index))\" class=\"\(type(index))\" element=\"\(atom.element.symbol)\" mass=\"\(mass)\"/>"
    }
  }

  var residue: [String] {
    ["<Residue name=\"\(xmlText(molecule.name))\">"]
      + topology.atoms.enumerated().map {
        " <Atom name=\"\(xmlText(names[$0]))\" type=\"\(type($0))\" charge=\"\($1.charge)\"/>"
      }
      + topology.bondGraph.bonds.map {
        " <Bond atomName1=\"\(xmlText(names[$0.a]))\" atomName2=\"\(xmlText(names[$0.b]))\"/>"
      } + ["</Residue>"]
  }

  var bonds: [String] {
    topology.bonds.map {
      let k = 2 * $0.forceConstant / Units.kilojoule * Units.nanometre * Units.nanometre
      return "<Bond \(attributes([$0.i, $0.j])) length=\"\($0.length / Units.nanometre)\" k=\"\(k)\"/>"
    }
  }

  var angles: [String] {
    topology.angles.map {
      "<Angle \(attributes([$0.i, $0.j, $0.k])) angle=\"\($0.angle)\" k=\"\(2 * $0.forceConstant / Units.kilojoule)\"/>"
    }
  }

  var torsions: [String] {
    let proper = topology.torsions.filter { !$0.terms.isEmpty }.map {
      "<Proper \(attributes($0.quartet.atoms))\(terms($0.terms))/>"
    }
    let graph = topology.bondGraph
    return proper
      + topology.impropers.map { improper in
        // Read backwards the second atom is the third; the angle is the same.
        let q =
          Set(graph.neighbours[improper.quartet.k]).isSuperset(
            of: Set(improper.quartet.atoms).subtracting([improper.quartet.k]))
          ? improper.quartet : improper.quartet.reversed
        return "<Improper \(attributes([q.k, q.i, q.j, q.l]))\(terms(improper.terms))/>"
      }
  }

  private func terms(_ terms: [TorsionTerm]) -> String {
    terms.enumerated().map { index, term in
      " periodicity\(index + 1)=\"\(term.periodicity)\" phase\(index + 1)=\"\(term.phaseAsComputed)\""
        + " k\(index + 1)=\"\(term.forceConstant / Units.kilojoule)\""
    }.joined()
  }

  var nonbonded: [String] {
    topology.atoms.indices.map {
      "<Atom type=\"\(type($0))\" sigma=\"\(plan.far[$0].sigma / Units.nanometre)\""
        + " epsilon=\"\(plan.far[$0].epsilon / Units.kilojoule)\"/>"
    }
  }
}
