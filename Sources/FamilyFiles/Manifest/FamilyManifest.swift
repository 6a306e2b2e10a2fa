// family.yaml: what a family is, with the place of every statement for messages.

import Chemistry
import TextFiles
import Yams

/// A manifest as read; nothing on disk has been looked at yet.
struct FamilyManifest {
  struct ScanEntry {
    var path: String
    /// Further files of the same drive, on one zero with the first.
    var more: [String] = []
    var statement: ScanStatement
    var place: SourcePlace
  }
  struct MoleculeEntry {
    var id: String
    var topology: String
    var topologyPlace: SourcePlace
    /// Files that the topology needs beside it.
    var parameters: [String]
    var parametersPlace: SourcePlace
    /// A file with bond orders.
    var structure: String?
    /// Bond orders in a line.
    var smiles: String?
    var structurePlace: SourcePlace
    var scans: [ScanEntry]
    var place: SourcePlace
  }
  var name: String
  var origin: DataOrigin
  /// Levels of theory beside the family's that scans may be of, as files state them.
  var otherLevels: [String] = []
  var rules: [TorsionRule] = []
  var molecules: [MoleculeEntry] = []

  init(_ text: String, file: String) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw yamlError(error, file: file)
    }
    guard let root, case .mapping = root else {
      throw InputError(
        SourcePlace(file: file, line: 1), "is no mapping", hint: "start with `name: …` and `molecules:`")
    }
    let top = try Fields(
      root, file: file, what: "a family",
      keys: [
        "name", "level_of_theory", "base_force_field", "date", "citation", "license", "torsions", "molecules",
        "parameters", "energy_unit",
        "force_unit", "other_levels",
        "description",
      ])
    name = try top.fileName("name")
    origin = DataOrigin(
      levelOfTheory: try top.line("level_of_theory"), baseForceField: try top.line("base_force_field"),
      date: try top.line("date"), citation: try top.line("citation"), license: try top.line("license"))
    if let node = top.node("other_levels") {
      otherLevels = try top.list(node, "other_levels").map { try top.scalar($0, "other_levels") }
      guard !otherLevels.isEmpty, !otherLevels.contains(where: \.isEmpty), origin.levelOfTheory != nil else {
        throw InputError(
          top.place(of: node), "other_levels is a list of levels of theory beside `level_of_theory:`",
          hint: "such as level_of_theory: B3LYP-D3BJ/DZVP and other_levels: [GFN2-xTB]")
      }
    }
    let shared = try Self.units(top)
    if let node = top.node("torsions") {
      rules = try top.list(node, "torsions").map { try Self.rule($0, file: file) }
    }
    guard let node = top.node("molecules") else {
      throw InputError(top.place, "has no molecules", hint: "add `molecules:` with one entry a molecule")
    }
    let parameters = try Self.paths(top, "parameters")
    molecules = try top.list(node, "molecules").map {
      try Self.molecule($0, shared: shared, parameters: parameters, file: file)
    }
    guard !molecules.isEmpty else {
      throw InputError(
        top.place(of: node), "the list of molecules is empty",
        hint: "add an entry with id, topology and scans; `swivel init` writes one")
    }
    var seen: [String: SourcePlace] = [:]
    for molecule in molecules {
      if seen[molecule.id] != nil {
        throw InputError(
          molecule.place, "a second molecule is called \"\(molecule.id)\"", hint: "give each an id of its own"
        )
      }
      seen[molecule.id] = molecule.place
    }
  }

  private static func units(_ fields: Fields) throws -> ScanStatement {
    var statement = ScanStatement()
    if let text = try fields.text("energy_unit") {
      guard let unit = Units.Energy(rawValue: text) else {
        throw InputError(
          fields.place(of: "energy_unit"), "there is no energy unit \"\(text)\"",
          hint: "one of " + Units.Energy.allCases.map(\.rawValue).joined(separator: ", "))
      }
      statement.energyUnit = unit
    }
    if let text = try fields.text("force_unit") {
      guard let unit = Units.Force(rawValue: text) else {
        throw InputError(
          fields.place(of: "force_unit"), "there is no force unit \"\(text)\"",
          hint: "one of " + Units.Force.allCases.map(\.rawValue).joined(separator: ", "))
      }
      statement.forceUnit = unit
    }
    return statement
  }

  private static func rule(_ node: Node, file: String) throws -> TorsionRule {
    let fields = try Fields(
      node, file: file, what: "a torsion rule", keys: ["types", "smarts", "periodicities", "free_phases"])
    let smarts = try fields.text("smarts")
    var types: [String] = []
    if let smarts {
      guard fields.node("types") == nil else {
        throw InputError(
          fields.place(of: "smarts"), "a torsion rule has both `smarts:` and `types:`",
          hint: "make two rules of it")
      }
      guard TorsionType(smarts: smarts) != nil else {
        throw InputError(
          fields.place(of: "smarts"), "\"\(smarts)\" does not tag four atoms",
          hint: "such as smarts: \"[*:1]-[#6X4:2]-[#6X4:3]-[*:4]\"")
      }
    } else {
      guard let node = fields.node("types") else {
        throw InputError(
          fields.place, "a torsion rule needs `types:` or `smarts:`", hint: "such as types: [X, c3, c3, X]")
      }
      types = try fields.list(node, "types").map { try fields.scalar($0, "types") }
      guard types.count == 4 else {
        throw InputError(
          fields.place(of: node), "types has \(types.count) entries where four were expected",
          hint: "such as types: [X, c3, c3, X]; X is any type")
      }
    }
    var periodicities: [Int]?
    if let node = fields.node("periodicities") {
      let values = try fields.list(node, "periodicities").map { entry -> Int in
        guard let n = entry.int, (1...6).contains(n) else {
          throw InputError(
            fields.place(of: entry), "a periodicity is one of 1 … 6", hint: "such as periodicities: [1, 2, 3]"
          )
        }
        return n
      }
      guard !values.isEmpty, Set(values).count == values.count else {
        throw InputError(
          fields.place(of: node), "periodicities must be different numbers of 1 … 6",
          hint: "such as periodicities: [1, 2, 3]")
      }
      periodicities = values.sorted()
    }
    var free = false
    if let node = fields.node("free_phases") {
      guard let value = node.bool else {
        throw InputError(fields.place(of: node), "free_phases is true or false")
      }
      free = value
    }
    return TorsionRule(pattern: types, smarts: smarts, periodicities: periodicities, freePhases: free)
  }

  /// One path or a list of them; nil where the key is absent.
  private static func paths(_ fields: Fields, _ key: String) throws -> [String]? {
    guard let node = fields.node(key) else { return nil }
    if case .sequence = node {
      let paths = try fields.list(node, key).map { try fields.scalar($0, key) }
      guard !paths.contains("") else { throw InputError(fields.place(of: node), "a path in \(key) is empty") }
      return paths
    }
    guard let path = try fields.text(key), !path.isEmpty else {
      throw InputError(fields.place(of: node), "\(key) is empty", hint: "give a file or a list of files")
    }
    return [path]
  }

  private static func molecule(
    _ node: Node, shared: ScanStatement, parameters: [String]?, file: String
  ) throws -> MoleculeEntry {
    let fields = try Fields(
      node, file: file, what: "a molecule",
      keys: [
        "id", "topology", "parameters", "structure", "smiles", "scans", "energy_unit", "force_unit",
        "level_of_theory", "description",
      ])
    let id = try fields.fileName("id")
    guard let topology = try fields.text("topology"), !topology.isEmpty else {
      throw InputError(
        fields.place, "the molecule \(id) has no topology", hint: "add `topology: molecules/\(id).prmtop`")
    }
    var own = try units(fields)
    own.energyUnit = own.energyUnit ?? shared.energyUnit
    own.forceUnit = own.forceUnit ?? shared.forceUnit
    own.level = try fields.line("level_of_theory")
    var scans: [ScanEntry] = []
    if let node = fields.node("scans") {
      scans = try fields.list(node, "scans").map { try scan($0, shared: own, file: file) }
      guard !scans.isEmpty else {
        throw InputError(
          fields.place(of: node), "the list of scans of \(id) is empty",
          hint: "leave `scans:` out for a molecule without scans")
      }
      var seen: Set<String> = []
      for scan in scans where !seen.insert(scan.path).inserted {
        throw InputError(
          scan.place, "\(scan.path) stands in the list twice", hint: "take one of the two out")
      }
    }
    return MoleculeEntry(
      id: id, topology: topology, topologyPlace: fields.place(of: "topology"),
      parameters: try paths(fields, "parameters") ?? parameters ?? [],
      parametersPlace: fields.node("parameters") == nil ? fields.place : fields.place(of: "parameters"),
      structure: try fields.text("structure"), smiles: try fields.text("smiles"),
      structurePlace: fields.place(of: fields.node("structure") == nil ? "smiles" : "structure"),
      scans: scans, place: fields.place)
  }

  private static func scan(_ node: Node, shared: ScanStatement, file: String) throws -> ScanEntry {
    if case .scalar(let scalar) = node {
      let place = SourcePlace(file: file, line: node.mark?.line, column: node.mark?.column)
      guard !scalar.string.isEmpty else { throw InputError(place, "the path of a scan is empty") }
      return ScanEntry(path: scalar.string, statement: shared, place: place)
    }
    let fields = try Fields(
      node, file: file, what: "a scan",
      keys: [
        "file", "files", "dihedral", "dihedral_indexing", "geometry", "held", "energy_unit", "force_unit",
        "branches", "level_of_theory",
        "atom_order",
      ])
    let (path, more) = try scanPaths(fields)
    var statement = try units(fields)
    statement.energyUnit = statement.energyUnit ?? shared.energyUnit
    statement.forceUnit = statement.forceUnit ?? shared.forceUnit
    statement.level = try fields.line("level_of_theory") ?? shared.level
    statement.place = fields.place
    if let node = fields.node("dihedral") {
      let text =
        if case .sequence = node {
          try fields.list(node, "dihedral").map { try fields.scalar($0, "dihedral") }.joined(separator: " ")
        } else {
          try fields.scalar(node, "dihedral")
        }
      statement.driven = try quartet(
        text, indexing: try fields.text("dihedral_indexing"), atoms: nil, place: fields.place(of: node))
    }
    statement.geometry = try fields.scanGeometry()
    if let node = fields.node("held") {
      statement.held = try fields.heldDihedrals(node, indexing: try fields.text("dihedral_indexing"))
      statement.heldPlace = fields.place(of: node)
    }
    statement.atomOrder = try fields.atomOrder()
    statement.lowestBranch = try fields.lowestBranch()
    return ScanEntry(path: path, more: more, statement: statement, place: fields.place)
  }

  /// The file of a scan, or the files of one drive.
  private static func scanPaths(_ fields: Fields) throws -> (first: String, more: [String]) {
    if let node = fields.node("files") {
      guard fields.node("file") == nil else {
        throw InputError(
          fields.place(of: node), "the scan has both file: and files:", hint: "list all of them under files:")
      }
      let paths = try fields.list(node, "files").map { try fields.scalar($0, "files") }
      guard let first = paths.first, !paths.contains(""), Set(paths).count == paths.count else {
        throw InputError(
          fields.place(of: node), "files is a list of different paths",
          hint: "such as files: [forward.log, backward.log]")
      }
      return (first, Array(paths.dropFirst()))
    }
    guard let path = try fields.text("file"), !path.isEmpty else {
      throw InputError(fields.place, "the scan has no file", hint: "add `file: scans/….extxyz`")
    }
    return (path, [])
  }
}

private func yamlError(_ error: YamlError, file: String) -> InputError {
  switch error {
  case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
    .composer(_, let problem, let mark, _):
    return InputError(
      SourcePlace(file: file, line: mark.line, column: mark.column), "is no YAML: \(problem)",
      hint: "check the indentation and the quotes near this place")
  case .duplicatedKeysInMapping(let duplicates, let context):
    return InputError(
      SourcePlace(file: file, line: context.mark.line, column: context.mark.column),
      "the key \(duplicates.map { "\($0)" }.joined(separator: ", ")) stands twice in one mapping")
  default:
    return InputError(SourcePlace(file: file), "is no YAML: \(error)")
  }
}
