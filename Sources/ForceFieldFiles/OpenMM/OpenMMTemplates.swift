// The residue templates of an OpenMM ForceField XML, with the atom types that they name.

import Chemistry
import TextFiles

/// A residue template of a ForceField XML.
struct OpenMMTemplate {
  struct Atom {
    var name: String
    var type: String
    var element: Element?
  }
  var name: String
  var atoms: [Atom]
  var bonds: Set<BondIndex>
  /// How many bonds each atom has to other residues.
  var outside: [Int]
  var place: SourcePlace
}

/// The residue templates of a ForceField XML and of the files it includes; an atom's type is the class of its type, or
/// the type where that has none.
/// - Throws: ``InputError`` with the place, where the file is damaged or a template names what is not there.
func openMMTemplates(_ path: String, depth: Int = 0) throws -> [OpenMMTemplate] {
  let root = try readXML(path, root: "ForceField", keeping: ["AtomTypes", "Residues", "Include"])
  let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
  let included = try root.children("Include").flatMap { include -> [OpenMMTemplate] in
    guard depth < 8 else {
      throw InputError(
        include.place, "includes go deeper than eight files", hint: "a file may include itself")
    }
    let file = try include.text("file")
    return try openMMTemplates(file.hasPrefix("/") ? file : "\(folder)\(file)", depth: depth + 1)
  }
  var types: [String: (type: String, element: Element?)] = [:]
  for type in root.children("AtomTypes").flatMap(\.children) where type.name == "Type" {
    let name = try type.text("name")
    let given = type.attributes["class"] ?? ""
    types[name] = (given.isEmpty ? name : given, type.attributes["element"].flatMap { Element(symbol: $0) })
  }
  return included
    + (try root.children("Residues").flatMap(\.children).filter { $0.name == "Residue" }.map { residue in
      var indexOfName: [String: Int] = [:]
      var atoms: [OpenMMTemplate.Atom] = []
      for atom in residue.children("Atom") {
        let name = try atom.text("name")
        let type = try atom.text("type")
        guard indexOfName.updateValue(atoms.count, forKey: name) == nil else {
          throw InputError(atom.place, "the template has a second atom \(name)")
        }
        // Templates of other molecules may use types that another file defines.
        let known = types[type]
        atoms.append(.init(name: name, type: known?.type ?? type, element: known?.element))
      }
      var bonds: Set<BondIndex> = []
      for bond in residue.children("Bond") {
        let ends: [Int]
        if bond.attributes["from"] != nil {
          ends = try ["from", "to"].map { try bond.integer($0, in: 0..<max(1, atoms.count)) }
        } else {
          ends = try ["atomName1", "atomName2"].map { key in
            let name = try bond.text(key)
            guard let index = indexOfName[name] else {
              throw InputError(bond.place, "the bond names the atom \(name), which the template lacks")
            }
            return index
          }
        }
        if ends[0] != ends[1] { bonds.insert(BondIndex(ends[0], ends[1])) }
      }
      var outside = [Int](repeating: 0, count: atoms.count)
      for bond in residue.children("ExternalBond") {
        let index =
          try bond.attributes["atomName"].map { indexOfName[$0] }
          ?? bond.integer("from", in: 0..<max(1, atoms.count))
        guard let index, index < atoms.count else {
          throw InputError(bond.place, "the external bond names an atom that the template lacks")
        }
        outside[index] += 1
      }
      return OpenMMTemplate(
        name: try residue.text("name"), atoms: atoms, bonds: bonds, outside: outside, place: residue.place)
    })
}
