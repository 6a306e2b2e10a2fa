// The lines of a LAMMPS input script that bear on a molecule's energy (LAMMPS manual, "Commands").

import Foundation
import TextFiles

/// The four kinds of bonded terms.
enum LammpsKind: String, CaseIterable {
  case bond, angle, dihedral, improper

  /// How many atoms a term has.
  var atoms: Int {
    switch self {
    case .bond: 2
    case .angle: 3
    case .dihedral, .improper: 4
    }
  }

  private var capitalised: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
  /// "Dihedrals".
  var section: String { capitalised + "s" }
  /// "Dihedral Coeffs".
  var coefficientSection: String { capitalised + " Coeffs" }
  /// "Dihedral Type Labels".
  var labelSection: String { capitalised + " Type Labels" }
}

/// Settings as they stand at the first run of a script.
struct LammpsScript {
  var units: LammpsLine?
  var atomStyle: LammpsLine?
  var pairStyle: LammpsLine?
  var styles: [LammpsKind: LammpsLine] = [:]
  var coefficients: [LammpsKind: [LammpsLine]] = [:]
  var pairCoefficients: [LammpsLine] = []
  var masses: [LammpsLine] = []
  var charges: [LammpsLine] = []
  var labels: [LammpsLine] = []
  var mix: LammpsLine?
  /// Weights of pairs one, two and three bonds apart; LAMMPS leaves them all out unless told.
  var lennardJonesWeights = [0.0, 0, 0]
  var coulombWeights = [0.0, 0, 0]
  var dielectric = 1.0
  /// Whether read_data was told to pass over the coefficients of the data file.
  var ignoresCoefficients = false
  /// Every file read, in order.
  var files: [String] = []
  /// Where the first line stands, for what is missing.
  private let dataFile: String
  private var hasReadData = false
  private var isDone = false

  // These change no energy of a given geometry.
  private static let ignored: Set<String> = [
    "log", "echo", "print", "info", "thermo", "thermo_style", "thermo_modify", "dump", "undump",
    "dump_modify", "restart", "write_data", "write_restart", "write_dump", "write_coeff", "timestep",
    "reset_timestep", "run_style", "min_style", "min_modify", "velocity", "neighbor", "processors",
    "newton", "boundary", "comm_modify", "comm_style", "atom_modify", "compute", "uncompute",
    "compute_modify", "unfix", "fix_modify", "group", "region", "variable", "kspace_modify", "suffix",
    "package", "timer", "balance", "change_box", "displace_atoms", "lattice", "box", "bond_write",
    "angle_write", "dihedral_write", "pair_write", "reset_atom_ids", "reset_mol_ids", "reset_atoms", "label",
  ]
  private static let endings: Set<String> = ["run", "minimize", "rerun", "quit"]
  private static let harmlessFixes = [
    "nve", "nvt", "npt", "nph", "langevin", "shake", "rattle", "momentum", "recenter", "temp/", "press/",
    "print", "ave/", "balance", "deform", "halt", "vector", "store/", "dt/reset", "viscous", "setforce",
  ]

  /// Reads the scripts of a data file in order, their includes too, up to the first run.
  /// - Throws: ``InputError`` for a line that adds energy unknown to Swivel, or that it cannot follow.
  init(_ paths: [String], dataFile: String) throws {
    self.dataFile = dataFile
    for path in paths where !isDone { try read(path, depth: 0) }
  }

  private mutating func read(_ path: String, depth: Int) throws {
    files.append(path)
    var pending = ""
    var (start, last) = (0, 0)
    var lines = try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
    // Behind the end of the last line there is none, which a command could go on in.
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (index, raw) in lines.enumerated() {
      if isDone { return }
      if pending.isEmpty { start = index }
      // A line that ends with & goes on in the next one.
      let text = raw.trimmingSpaces
      if text.hasSuffix("&") {
        pending += text.dropLast() + " "
        last = index
        continue
      }
      let line = LammpsLine(pending.isEmpty ? raw[...] : (pending + text)[...], file: path, line: start + 1)
      pending = ""
      if !line.words.isEmpty { try follow(line, depth: depth) }
    }
    guard pending.isEmpty else {
      throw InputError(
        SourcePlace(file: path, line: last + 1), "ends with & where another line was expected",
        hint: "the file may be truncated; else take the & away")
    }
  }

  private mutating func follow(_ line: LammpsLine, depth: Int) throws {
    let command = line.first
    switch command {
    case "units": units = line
    case "atom_style": atomStyle = line
    case "pair_style": pairStyle = line
    case "pair_coeff": pairCoefficients.append(line)
    case "mass": masses.append(line)
    case "labelmap": labels.append(line)
    case "special_bonds": try readSpecialBonds(line)
    case "pair_modify": try readPairModify(line)
    case "kspace_style":
      // Ewald sums give the Coulomb energy of a periodic box; of one molecule in a large one it is that of vacuum.
      let known = ["none", "ewald", "pppm", "pppm/cg", "msm", "ewald/disp", "pppm/disp"]
      guard known.contains(Self.plain(try line.word(1, "a style"))) else {
        throw line.error("kspace_style \(line.texts[1]) is not supported", word: 1)
      }
    case "dielectric":
      dielectric = try line.number(1, "the dielectric constant")
      guard dielectric > 0 else { throw line.error("a dielectric constant must be positive", word: 1) }
    case "dimension":
      guard try line.integer(1, "the dimension") == 3 else {
        throw line.error("only three dimensions are supported")
      }
    case "neigh_modify":
      guard !line.texts.contains("exclude") else {
        throw line.error("neigh_modify exclude leaves pairs out, which is not supported")
      }
    case "fix": try checkFix(line)
    case "set": try readSet(line)
    case "read_data": try checkReadData(line)
    case "include": try readInclude(line, depth: depth)
    case "if": try readConditional(line, depth: depth)
    default: try followStyle(line, command)
    }
  }

  private mutating func followStyle(_ line: LammpsLine, _ command: String) throws {
    for kind in LammpsKind.allCases {
      if command == "\(kind)_style" {
        styles[kind] = line
        return
      }
      if command == "\(kind)_coeff" {
        coefficients[kind, default: []].append(line)
        return
      }
    }
    if Self.endings.contains(command) {
      isDone = true
    } else if !Self.ignored.contains(command) {
      throw line.error(
        "Swivel does not know what the command \(command) does to the energy", word: 0,
        hint: "give an input script of the molecule's force field alone: styles, read_data and coefficients")
    }
  }

  private mutating func readInclude(_ line: LammpsLine, depth: Int) throws {
    let name = try line.word(1, "a file")
    guard depth < 20 else { throw line.error("includes go deeper than 20 files") }
    // LAMMPS looks from the folder it was started in, which is mostly the script's.
    let beside = (line.file.lastIndex(of: "/").map { String(line.file[...$0]) } ?? "") + name
    let path = name.hasPrefix("/") || !FileManager.default.fileExists(atPath: beside) ? name : beside
    guard FileManager.default.fileExists(atPath: path) else {
      throw line.error("the file \(name) is neither beside the script nor in the current folder", word: 1)
    }
    try read(path, depth: depth + 1)
  }

  /// The one condition that Swivel's own parameter files have: a coefficient where the molecule has the label.
  private mutating func readConditional(_ line: LammpsLine, depth: Int) throws {
    if isLammpsMatchLine(line) { return }
    guard (4...5).contains(line.words.count), line.texts[2] == "then",
      let match = line.texts[1].wholeMatch(of: /\$\(is_typelabel\(([a-z]+),(\S+)\)\)/),
      line.texts[3].split(separator: " ").prefix(2) == ["\(match.1)_coeff", match.2]
    else {
      throw line.error(
        "conditions are not followed, but for is_typelabel", word: 0,
        hint: "write the lines that apply, without the condition")
    }
    var command = LammpsLine(line.texts[3], file: line.file, line: line.line)
    command.needsLabel = true
    try follow(command, depth: depth)
  }

  private mutating func readSpecialBonds(_ line: LammpsLine) throws {
    var at = 1
    func three(_ from: Int) throws -> [Double] {
      try (1...3).map { offset in
        let weight = try line.number(from + offset, "a weight of 0 … 1")
        guard (0...1).contains(weight) else {
          throw line.error("a weight lies between 0 and 1", word: from + offset)
        }
        return weight
      }
    }
    while at < line.words.count {
      switch line.texts[at] {
      case "amber": (lennardJonesWeights, coulombWeights) = ([0, 0, 0.5], [0, 0, 5.0 / 6])
      case "charmm": (lennardJonesWeights, coulombWeights) = ([0, 0, 0], [0, 0, 0])
      case "dreiding": (lennardJonesWeights, coulombWeights) = ([0, 0, 1], [0, 0, 1])
      case "lj", "coul", "lj/coul":
        let weights = try three(at)
        if line.texts[at] != "coul" { lennardJonesWeights = weights }
        if line.texts[at] != "lj" { coulombWeights = weights }
        at += 3
      case "angle", "dihedral", "one/five":
        guard try line.word(at + 1, "yes or no") == "no" else {
          throw line.error(
            "special_bonds \(line.texts[at]) yes is not supported: pairs are told by bonds", word: at)
        }
        at += 1
      case "extra": at += 1
      default: throw line.error("\"\(line.texts[at])\" is no keyword of special_bonds", word: at)
      }
      at += 1
    }
  }

  private mutating func readPairModify(_ line: LammpsLine) throws {
    var at = 1
    while at < line.words.count {
      let value = try line.word(at + 1, "a value")
      switch line.texts[at] {
      case "mix":
        guard ["arithmetic", "geometric"].contains(value) else {
          throw line.error(
            "pair_modify mix \(value) is not supported: arithmetic and geometric are", word: at + 1)
        }
        mix = line
        mix?.words = [line.words[at], line.words[at + 1]]
      case "shift" where value == "no", "compute" where value == "yes": break
      // A long-range correction depends on the box alone, not on the geometry: none in vacuum. Tables only approximate.
      case "tail", "table", "table/disp", "tabinner", "tabinner/disp": break
      case "shift":
        throw line.error(
          "pair_modify shift yes moves the energy of every pair by its value at the cut-off, which is not supported",
          word: at, hint: "compute without a shift: `pair_modify shift no`")
      default: throw line.error("pair_modify \(line.texts[at]) \(value) is not supported", word: at)
      }
      at += 2
    }
  }

  private func checkFix(_ line: LammpsLine) throws {
    let style = Self.plain(try line.word(3, "the fix's style"))
    guard Self.harmlessFixes.contains(where: { style == $0 || style.hasPrefix($0) }) else {
      if let energy: UnsupportedEnergy = ["cmap": .crossTerms, "drude": .polarisation][style] {
        throw line.error("fix \(style): \(energy.reason)", word: 3, hint: energy.hint)
      }
      throw line.error(
        "fix \(style) may add energy that Swivel does not compute", word: 3,
        hint: "leave the line out if it is no part of the force field")
    }
  }

  private mutating func readSet(_ line: LammpsLine) throws {
    let selector = try line.word(1, "what is set")
    let keyword = try line.word(3, "a property")
    if ["image", "x", "y", "z", "mol"].contains(keyword) { return }
    guard keyword == "charge", ["type", "atom"].contains(selector), line.words.count == 5 else {
      throw line.error(
        "only `set type T charge Q` and `set atom I charge Q` are followed", word: 3,
        hint: "write the data file anew after the set command: `write_data`")
    }
    charges.append(line)
  }

  private mutating func checkReadData(_ line: LammpsLine) throws {
    let name = try line.word(1, "a file")
    let wanted = dataFile.split(separator: "/").last.map(String.init) ?? dataFile
    guard !hasReadData else { throw line.error("a second read_data is not supported") }
    hasReadData = true
    guard name.contains("$") || name.split(separator: "/").last.map(String.init) == wanted else {
      throw line.error(
        "the script reads \(name), not \(wanted)", word: 1, hint: "give the data file that the script reads")
    }
    for (index, word) in line.texts.enumerated().dropFirst(2) {
      if word == "nocoeff" { ignoresCoefficients = true }
      guard !["add", "merge", "fix", "offset", "shift"].contains(word) else {
        throw line.error("read_data with \(word) is not supported", word: index)
      }
    }
  }

  /// A style without the suffix of an accelerated variant of the same energy.
  static func plain(_ style: String) -> String {
    for suffix in ["/opt", "/omp", "/gpu", "/kk", "/intel"] where style.hasSuffix(suffix) {
      return String(style.dropLast(suffix.count))
    }
    return style
  }
}
