// Atom types that CHARMM's files write in capitals and others do not: the one rule by which they are the same.

import Chemistry
import TextFiles

/// Names as others spell them, where the case of letters does not count.
///
/// - Parameters:
///   - names: atom types, as a file that compares them in any case has them.
///   - known: the spellings to take; a name that none of them equals in capitals stays.
/// - Throws: ``InputError`` where a name equals several known ones, which such a file does not tell apart.
func respelled(_ names: [String], like known: Set<String>) throws -> [String] {
  let byCapitals = Dictionary(grouping: known) { $0.uppercased() }
  return try names.map { name in
    guard let same = byCapitals[name.uppercased()] else { return name }
    guard same.count == 1 else {
      throw InputError(
        nil,
        """
        the atom types \(same.sorted().joined(separator: " and ")) differ by capitals alone, which CHARMM \
        does not tell apart
        """,
        hint: "take the parameters in another format, or give the types names of their own")
    }
    return same[0]
  }
}

/// The remark by which a file says what a type of its own stands for.
func charmmTypeName(_ type: String, _ name: String) -> String { "! type \(type) is \(name)\n" }

/// What types in capitals stand for, by remarks of the form `! type A1 is c3`.
///
/// Files of one atom type an atom have them: torsions are looked up under the names, and lines are found under the
/// types.
func charmmTypeNames(_ text: String) -> [String: String] {
  var result: [String: String] = [:]
  for line in text.split(separator: "\n") {
    let words = line.split(whereSeparator: \.isWhitespace)
    if words.count == 5, words[0] == "!", words[1] == "type", words[3] == "is" {
      result[words[2].uppercased()] = String(words[4])
    }
  }
  return result
}

extension Topology {
  /// The topology with its atom types spelled as others are, where its force field does not mind their case.
  /// - Throws: ``InputError`` where a type equals several of the others.
  public func spelled(like known: Set<String>) throws -> Topology {
    guard ignoresCase else { return self }
    var result = self
    for (index, name) in try respelled(atoms.map(\.type), like: known).enumerated() {
      result.atoms[index].type = name
    }
    return result
  }
}

extension TorsionParameters {
  /// The atom types that these parameters name.
  public var namedTypes: Set<String> {
    Set(terms.keys.filter { $0.smarts == nil }.flatMap(\.types)).subtracting([TorsionType.wildcard])
  }
}

extension ApplicableTopology {
  /// Its atoms and torsions with atom types spelled as others are, where its format does not mind their case.
  /// - Throws: ``InputError`` where a type equals several of the others.
  public func system(spelledLike known: Set<String>) throws -> MolecularSystem {
    guard ignoresCase else { return system }
    var result = system
    result.types = try respelled(result.types, like: known)
    return result
  }
}
