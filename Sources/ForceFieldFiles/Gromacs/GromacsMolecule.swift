// A molecule of a GROMACS topology: its atoms, and all its terms together.

import Chemistry
import TextFiles

struct GromacsMolecule {
  let forceField: GromacsForceField
  let system: GromacsSystem
  let atoms: [Atom]
  /// The atom types by which non-bonded parameters are found.
  let atomTypes: [String]

  init(_ system: GromacsSystem) throws {
    self.system = system
    forceField = system.forceField
    let lines = system.sections["atoms"] ?? []
    // Every pair is listed: what is larger is no molecule that torsions are fitted to.
    guard (1...5000).contains(lines.count) else {
      throw InputError(
        lines.first?.place ?? system.place, "the molecule has \(lines.count) atoms; 1 … 5000 were expected",
        hint: lines.isEmpty ? "the file may be cut short" : "write the molecule alone")
    }
    atomTypes = try lines.map { try $0.word(1, "the atom type") }
    var atoms: [Atom] = []
    for line in lines { atoms.append(try Self.atom(line, number: atoms.count + 1, forceField)) }
    self.atoms = atoms
  }

  /// nr, type, residue number, residue, atom, charge group, and charge and mass where they are not the type's.
  private static func atom(_ line: GromacsLine, number: Int, _ forceField: GromacsForceField) throws -> Atom {
    guard try line.integer(0, in: 1...1_000_000_000, "the atom's number") == number else {
      throw InputError(
        line.place(field: 0), "[ atoms ]: this is atom \(number), its number is \(line.fields[0])",
        hint: "a line may be missing; grompp wants consecutive numbers from 1")
    }
    let typeName = try line.word(1, "the atom type")
    guard let type = forceField.atomTypes[typeName] else {
      throw InputError(
        line.place(field: 1), "there is no atom type \(typeName) in [ atomtypes ]",
        hint: "#include the force field that has it")
    }
    let name = try line.word(4, "the atom's name")
    _ = try line.word(5, "the charge group")
    guard line.fields.count <= 8 else {
      throw InputError(
        line.place(field: 8), "[ atoms ]: a second state (free-energy columns) is not supported",
        hint: "leave out what follows the mass")
    }
    guard type.particle == "A" else {
      let kind = type.particle == "S" ? UnsupportedEnergy.polarisation : .virtualSites
      throw kind.error(
        line.place(field: 1), "atom \(number) (\(name)) is a particle of kind \(type.particle), no atom")
    }
    let charge = line.fields.count > 6 ? try line.number(6, "the charge") : type.charge
    let mass = line.fields.count > 7 ? try line.number(7, "the mass") : type.mass
    guard let element = element(type, mass: mass, name: name) else {
      throw InputError(
        line.place(field: 1), "atom \(number) (\(name)) of type \(typeName) is no element",
        hint: "give the atomic number in [ atomtypes ]")
    }
    let special = forceField.pairTypes[GromacsTypeKey([typeName, typeName])]
    return Atom(
      name: name, type: type.bondedType, element: element, charge: charge,
      lennardJones: forceField.atom(type.lennardJones), oneFourLennardJones: special.map(forceField.atom))
  }

  /// By the atomic number; else by the mass, where the first letters of the name win over a neighbour of equal mass.
  private static func element(_ type: GromacsAtomType, mass: Double, name: String) -> Element? {
    if let number = type.atomicNumber, let element = Element(atomicNumber: number) { return element }
    let mass = type.mass > 0 ? type.mass : mass
    let letters = name.prefix(while: \.isLetter)
    for length in [2, 1] where letters.count >= length {
      if let named = Element(symbol: letters.prefix(length)), let own = named.mass, abs(own - mass) < 0.5 {
        return named
      }
    }
    return Element(mass: mass)
  }
}
