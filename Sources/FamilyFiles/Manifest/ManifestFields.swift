// The entries of one YAML mapping, with their places and with unknown keys refused.

import Chemistry
import TextFiles
import Yams

/// One mapping of a manifest.
struct Fields {
  let place: SourcePlace
  private let file: String
  private let what: String
  private let entries: [String: Node]

  /// - Parameters:
  ///   - what: what the mapping describes, for messages.
  ///   - keys: the keys that it may have.
  init(_ node: Node, file: String, what: String, keys: [String]) throws {
    place = SourcePlace(file: file, line: node.mark?.line, column: node.mark?.column)
    self.file = file
    self.what = what
    guard case .mapping(let mapping) = node else {
      throw InputError(place, "\(what) is a mapping of \(keys.joined(separator: ", "))")
    }
    var entries: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      guard keys.contains(name) else {
        throw InputError(
          SourcePlace(file: file, line: key.mark?.line, column: key.mark?.column),
          "\(what) has no key \"\(name)\"",
          hint: didYouMean(
            nearestName(to: name, in: keys), else: "it may have \(keys.joined(separator: ", "))"))
      }
      entries[name] = value
    }
    self.entries = entries
  }

  func node(_ key: String) -> Node? { entries[key] }

  func place(of node: Node) -> SourcePlace {
    SourcePlace(file: file, line: node.mark?.line, column: node.mark?.column)
  }

  func place(of key: String) -> SourcePlace { entries[key].map { place(of: $0) } ?? place }

  /// The text of a key; nil when it is absent or null.
  func text(_ key: String) throws -> String? {
    guard let node = entries[key], node.null == nil else { return nil }
    return try scalar(node, key)
  }

  /// The text of a key on one line: it goes into comments of parameter files.
  func line(_ key: String) throws -> String? {
    try text(key).map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
  }

  /// The text of a node that must be one word or sentence.
  func scalar(_ node: Node, _ key: String) throws -> String {
    guard case .scalar(let scalar) = node else {
      throw InputError(place(of: node), "\(key) is one value, not a list or a mapping")
    }
    return scalar.string
  }

  /// The entries of a node that must be a list.
  func list(_ node: Node, _ key: String) throws -> [Node] {
    guard case .sequence(let sequence) = node else {
      throw InputError(place(of: node), "\(key) is a list", hint: "start each entry with a hyphen")
    }
    return Array(sequence)
  }

  /// The text of a key that must serve as the name of a file or folder.
  func fileName(_ key: String) throws -> String {
    guard let text = try text(key), !text.isEmpty else {
      throw InputError(place, "\(what) has no \(key)", hint: "add `\(key): …`")
    }
    guard isFileName(text) else {
      throw InputError(
        place(of: key), "the \(key) \"\(text)\" cannot serve as a file name",
        hint: "use letters, digits, hyphens, underscores, dots, plus signs, commas and brackets")
    }
    return text
  }
}

extension Fields {
  /// How a scan's geometries came about, where it is stated.
  func scanGeometry() throws -> ScanGeometry? {
    guard let text = try text("geometry") else { return nil }
    guard let geometry = ScanGeometry(rawValue: text) else {
      throw InputError(
        place(of: "geometry"), "geometry is \"\(text)\" where relaxed or rigid was expected",
        hint: "rigid for single points of turned geometries, which are taken as given; relaxed for the rest")
    }
    return geometry
  }

  /// For each atom of the topology the file's atom, zero-based; nil where it is not stated.
  func atomOrder() throws -> [Int]? {
    guard let node = node("atom_order") else { return nil }
    return try list(node, "atom_order").map { entry in
      guard let index = entry.int, index >= 0 else {
        throw InputError(
          place(of: entry), "atom_order is a list of atoms of the file, from zero",
          hint: "one for each atom of the topology, such as [1, 0, 2, 3]; `swivel init` writes it")
      }
      return index
    }
  }

  /// Whether the lowest point alone counts where an angle has several.
  func lowestBranch() throws -> Bool {
    guard let text = try text("branches") else { return false }
    guard ["lowest", "all"].contains(text) else {
      throw InputError(
        place(of: "branches"), "branches is \"\(text)\" where lowest or all was expected",
        hint: "lowest keeps the lowest point at each angle; all, the default, keeps every point")
    }
    return text == "lowest"
  }

  /// Held dihedrals, one a list of four atoms or a text of them.
  func heldDihedrals(_ node: Node, indexing: String?) throws -> [Quartet] {
    try list(node, "held").map { entry in
      let text =
        if case .sequence = entry {
          try list(entry, "held").map { try scalar($0, "held") }.joined(separator: " ")
        } else {
          try scalar(entry, "held")
        }
      guard text.split(whereSeparator: { " ,".contains($0) }).count == 4 else {
        throw InputError(
          place(of: entry), "held is a list of dihedrals, four atoms each, and \"\(text)\" is none",
          hint: "such as held: [[4, 0, 1, 2]]")
      }
      return try quartet(text, indexing: indexing, atoms: nil, place: place(of: entry))
    }
  }
}

/// Whether a name is safe as a file name on every system.
func isFileName(_ text: String) -> Bool {
  text.count <= 100 && !text.hasPrefix(".") && !text.hasPrefix("-")
    && text.allSatisfy { ($0.isLetter || $0.isNumber) || "-_.+,()[]'@=".contains($0) }
}
