// Laws of bespoke files: the fitted energies come back, types are new, patterns see the whole molecule, the rest is refused.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct BespokeTests {
  private static let path = "\(Folders.root)/families/amides/molecules/n-ethylacetamide.prmtop"

  private func molecule(_ name: String = "ligand", seed: UInt64 = 3) throws -> BespokeMolecule {
    let topology = try readTopology(Self.path).topology
    // Some geometry: only energies under it are compared.
    var random = SeededGenerator(seed: seed)
    let positions = topology.atoms.indices.map { i in
      Vector3(
        Double(i) + Double.random(in: 0...0.4, using: &random), 1.1 * Double(i % 3),
        Double.random(in: -1...1, using: &random))
    }
    return BespokeMolecule(
      name: name, topology: topology, coordinates: positions,
      parameters: ApplyTests.parameters(for: topology, seed: seed))
  }

  @Test func gromacsFilesSayTheFittedMoleculeWhateverTheDefaultsAre() throws {
    let molecule = try molecule()
    let files = try ParameterFormat.gromacs.bespokeFiles([molecule], prefix: "L1", header: ["made by a test"])
    try Folders.temporary { folder in
      for file in files { try Folders.write(file.text, to: "\(folder)/\(file.path)") }
      for fudge in ["0.5 0.8333", "1.0 1.0"] {
        try Folders.write(
          "[ defaults ]\n1 2 yes \(fudge)\n#include \"L1_atomtypes.itp\"\n#include \"ligand.itp\"\n[ system ]\nx\n[ molecules ]\nligand 1\n",
          to: "\(folder)/x.top")
        let again = try readTopology("\(folder)/x.top").topology
        #expect(again.atoms.allSatisfy { $0.type.hasPrefix("L1_") })
        let (a, b) = (EnergyModel(molecule.topology), EnergyModel(again))
        let (e, f) = (
          a.energyAndForces(of: molecule.coordinates).energy,
          b.energyAndForces(of: molecule.coordinates).energy
        )
        for (x, y) in [
          (e.bond, f.bond), (e.angle, f.angle), (e.torsion + e.improper, f.torsion + f.improper),
          (e.lennardJones, f.lennardJones),
          (e.coulomb / molecule.topology.coulombConstant, f.coulomb / again.coulombConstant),
        ] { #expect(abs(x - y) < 1e-6 * max(1, abs(x)), "\(fudge)") }
      }
    }
  }

  @Test func twoMoleculesShareNoType() throws {
    let files = try ParameterFormat.gromacs.bespokeFiles(
      [molecule("one"), molecule("two", seed: 4)], prefix: "L", header: [])
    let types = try #require(files.first { $0.path == "L_atomtypes.itp" }).text
    let names = types.split(separator: "\n").filter { $0.hasPrefix("L") }.map { $0.split(separator: " ")[0] }
    #expect(
      Set(names).count == names.count && names.contains { $0.hasPrefix("L1_") }
        && names.contains { $0.hasPrefix("L2_") })
  }

  @Test func amberTypesAreNewInTheOldOrder() throws {
    let molecule = try molecule()
    let table = try AmberBespokeTable([molecule], prefix: "Z")
    let old = table.names.keys.sorted()
    #expect(old.map { table.names[$0] ?? "" } == table.names.values.sorted())
    #expect(Set(table.names.values).isDisjoint(with: old) && table.names.values.allSatisfy { $0.count == 2 })
    let files = try ParameterFormat.amber.bespokeFiles([molecule], prefix: "Z", header: [])
    #expect(files.map(\.path) == ["Z.frcmod", "leaprc.Z", "ligand.mol2"])
    // Torsions of types that are new say the fitted terms.
    let read = try Folders.temporary { folder in
      try Folders.write(files[0].text, to: "\(folder)/Z.frcmod")
      return try readAmberFrcmod("\(folder)/Z.frcmod")
    }
    for torsion in molecule.topology.torsions {
      let q = torsion.quartet
      let new = q.atoms.map { table.names[molecule.topology.atoms[$0].type] ?? "" }
      let terms = try #require(read.terms[TorsionType(new[0], new[1], new[2], new[3])])
      #expect(terms.hasSameEnergy(as: torsion.terms))
    }
  }

  @Test func typesThatDoNotDetermineTheirTermsAreRefused() throws {
    var molecule = try molecule()
    molecule.topology.bonds[0].forceConstant += 10
    molecule.topology.angles[0].forceConstant += 10
    #expect(throws: InputError.self) {
      try ParameterFormat.amber.bespokeFiles([molecule], prefix: "Z", header: [])
    }
    #expect(throws: Never.self) {
      try ParameterFormat.openmm.bespokeFiles([molecule], prefix: "Z", header: [])
    }
  }

  @Test func patternsNameEveryHeavyAtomOnce() throws {
    let topology = try readTopology(Self.path).topology
    let patterns = MoleculePatterns(topology)
    let heavy = topology.atoms.filter { $0.element.atomicNumber > 1 }.count
    for torsion in topology.torsions {
      let q = torsion.quartet
      let smirks = patterns.smirks(of: q)
      #expect(smirks == patterns.smirks(of: q.reversed))
      #expect(smirks.components(separatedBy: "X").count - 1 == heavy)
      #expect((1...4).allSatisfy { smirks.contains(":\($0)]") })
      #expect(smirks.filter { $0 == "(" }.count == smirks.filter { $0 == ")" }.count)
    }
    // The three hydrogens of a methyl group look alike.
    let graph = topology.bondGraph
    let texts = Set(topology.torsions.map { patterns.smirks(of: $0.quartet) })
    #expect(texts.count < topology.torsions.count && graph.parts.count == 1)
  }

  @Test func ringsCloseByNumbers() throws {
    let phenyl = try readTopology("\(Folders.root)/families/biaryls/molecules/biphenyl.prmtop").topology
    let patterns = MoleculePatterns(phenyl)
    for torsion in phenyl.torsions {
      let smirks = patterns.smirks(of: torsion.quartet)
      #expect(smirks.components(separatedBy: "X").count - 1 == 12)
      for digit in ["~1", "~2"] { #expect(smirks.components(separatedBy: digit).count - 1 == 2, "\(smirks)") }
    }
  }

  @Test(arguments: [ParameterFormat.lammps, .charmm, .tinker, .gromacsRB])
  func formatsWithoutSuchAFormSayWhatToDo(format: ParameterFormat) throws {
    let molecule = try molecule()
    let error = #expect(throws: InputError.self) {
      try format.bespokeFiles([molecule], prefix: "L", header: [])
    }
    #expect(error?.hint != nil)
  }

  @Test(arguments: ["", "a b", "ü", "x-y"])
  func prefixesAreLettersAndDigits(prefix: String) throws {
    let molecule = try molecule()
    #expect(throws: InputError.self) {
      try ParameterFormat.openmm.bespokeFiles([molecule], prefix: prefix, header: [])
    }
  }

  @Test func applyingToOneResidueLeavesTheOthers() throws {
    let topology = try ApplicableTopology(Self.path)
    let own = Set(topology.system.residues)
    let name = try #require(own.first)
    let parameters = ApplyTests.parameters(for: try readTopology(Self.path).topology, seed: 5)
    let all = try topology.applying(parameters)
    #expect(try topology.applying(parameters, onlyIn: [name]).count(.replaced) == all.count(.replaced))
    let error = #expect(throws: InputError.self) { try topology.applying(parameters, onlyIn: ["NONE"]) }
    #expect(error?.hint?.contains(name) == true)
  }

  @Test(arguments: [
    ("forcefield AMOEBA\nmultipole 1 2 3 0.1\n", ForeignForceField.amoeba),
    ("<ForceField>\n<AmoebaMultipoleForce/>\n", .amoeba), ("<ForceField>\n<DrudeForce/>\n", .drude),
    ("* drude\nread rtf card\nAUTOGENERATE ANGLES DIHEDRALS DRUDE\n", .drude),
    ("Reactive MD-force field\n 39 ! Number of general parameters\n 50.0\n 9.0\n", .reaxFF),
    ("#define gb_1 0.1 1.57e7\n#define gd_1 180.0 2.67 1\n", .gromos),
    ("BONDSTRETCHTYPECODE\n1\nEND\n", .gromos),
  ])
  func foreignForceFieldsAreTold(_ file: (text: String, kind: ForeignForceField)) {
    #expect(ForeignForceField(file.text) == file.kind)
  }

  @Test func ownForceFieldsAreNoForeignOnes() throws {
    for name in [
      "tinker/amber.prm", "tinker/charmm.prm", "charmm/base.prm", "charmm/more.str", "openmm/amide-types.xml",
    ] {
      #expect(ForeignForceField(try readText("\(MadeUpMolecule.folder)/\(name)")) == nil, "\(name)")
    }
    #expect(ForeignForceField(try readText(Self.path)) == nil)
  }

  @Test func namesOfAtomsAreNoTypes() throws {
    var topology = try readTopology(Self.path).topology
    #expect(!topology.hasTypePerAtom)
    for index in topology.atoms.indices { topology.atoms[index].type = "T\(index)" }
    #expect(topology.hasTypePerAtom)
  }
}
