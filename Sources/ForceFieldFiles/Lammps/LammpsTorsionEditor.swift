// A LAMMPS data file with other torsion terms: its dihedrals, their types and the header's counts; all else stays.

import Chemistry
import TextFiles

/// Edits the section Dihedrals of a data file of any size, and the coefficients where they stand, there or in a script.
///
/// The style stays the one that the file has. Type numbers that no dihedral uses any more are used again.
struct LammpsTorsionEditor: TorsionEditor {
  private(set) var system: MolecularSystem
  private let data: LammpsData
  private let script: LammpsScript
  private let files: [String]
  private let types: LammpsTypes
  private let table: LammpsCoefficientTable
  private var rows: [Row] = []
  /// The rows of each site.
  private var rowsOf: [[Int]] = []

  private struct Row {
    var line: LammpsLine
    var type: Int
  }

  /// Reads a data file and the input scripts that go with it.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  init(_ path: String, text: String, input: [String]) throws {
    data = try LammpsData(text, file: path)
    script = try LammpsScript(input, dataFile: path)
    files = [path] + script.files
    let atoms = try LammpsAtoms(data: data, script: script)
    let names = atoms.typeNames()
    let masses = try atoms.masses()
    let count = atoms.rows.count
    system = MolecularSystem(
      types: atoms.rows.map { names[$0.type] ?? "\($0.type)" },
      elements: atoms.rows.map { row in masses[row.type].flatMap { element(ofMass: $0.value) } },
      residues: [String](repeating: "", count: count), bonds: [],
      copies: [Int](repeating: 1, count: count), sites: [], oneFourScalings: [])
    func members(_ line: LammpsLine, _ count: Int) throws -> [Int] {
      try (0..<count).map { offset in
        let id = try line.integer(2 + offset, "an atom number")
        guard let index = atoms.indexOfID[id] else {
          throw line.error("there is no atom \(id)", word: 2 + offset)
        }
        return index
      }
    }
    system.bonds = try data.rows("Bonds", count: data.count("bonds")).map {
      let pair = try members($0, 2)
      return BondIndex(pair[0], pair[1])
    }
    types = try LammpsTypes(
      kind: "dihedral", count: data.count("dihedral types"), rows: data.rows("Dihedral Type Labels"),
      commands: script.labels)
    table = try LammpsCoefficientTable(.dihedral, data: data, script: script, types: types)
    if script.lennardJonesWeights[2] > 0, script.coulombWeights[2] > 0 {
      system.oneFourScalings = [
        OneFourScaling(
          coulombDivisor: 1 / script.coulombWeights[2], lennardJonesDivisor: 1 / script.lennardJonesWeights[2]
        )
      ]
    }
    let bonded = Set(system.bonds)
    var siteOf: [Quartet: Int] = [:]
    for line in try data.rows("Dihedrals", count: data.count("dihedrals")) {
      let type = try types.type(line, 1)
      let atoms = try members(line, 4)
      rows.append(Row(line: line, type: type))
      guard bonded.isChain(atoms) else { continue }
      let dihedral = try table.coefficients(type, line).dihedral()
      let quartet = Quartet(atoms[0], atoms[1], atoms[2], atoms[3]).canonical
      if let site = siteOf[quartet] {
        rowsOf[site].append(rows.count - 1)
        system.sites[site].terms? += dihedral.terms
      } else {
        siteOf[quartet] = rowsOf.count
        rowsOf.append([rows.count - 1])
        system.sites.append(
          TorsionSite(
            quartet: quartet, terms: dihedral.terms,
            isUpToConstant: table.byType[type]?.style == "opls"))
      }
    }
  }

  // MARK: Writing

  func edited(_ changes: [Int: [TorsionTerm]]) throws -> [EditedFile] {
    var result = try files.map { try EditedFile($0) }
    guard !changes.isEmpty else { return result }
    let touched = Set(changes.keys.flatMap { rowsOf[$0] })
    var allocation = TypeAllocation(
      count: types.count,
      used: Set(rows.indices.filter { !touched.contains($0) }.map { rows[$0].type }),
      inData: script.coefficients[.dihedral]?.isEmpty ?? true)
    var nextID = (rows.compactMap { $0.line.texts.first.flatMap { Int($0) } }.max() ?? 0) + 1
    var rowCount = rows.count
    for (site, terms) in changes.sorted(by: { $0.key < $1.key }) {
      let old = rowsOf[site].map { rows[$0] }
      guard let first = old.first else { continue }
      let wanted = try coefficients(terms, of: site, in: first, weight: try weight(of: old))
      let numbers = wanted.map { allocation.type($0) }
      var ids = old.compactMap { $0.line.texts.first }
      while ids.count < numbers.count {
        ids.append("\(nextID)")
        nextID += 1
      }
      let atoms = first.line.texts[2..<6].joined(separator: " ")
      let comment = first.line.comment.isEmpty ? "" : " # \(first.line.comment)"
      let lines = zip(ids, numbers).map { "\($0) \($1) \(atoms)\(comment)" }
      for (index, row) in old.enumerated() {
        result[0].replaceLine(row.line.line, with: index == 0 ? lines : [])
      }
      rowCount += numbers.count - old.count
    }
    try write(allocation, to: &result)
    setCount("dihedrals", rowCount, in: &result[0])
    if allocation.count != types.count { setCount("dihedral types", allocation.count, in: &result[0]) }
    return result
  }

  /// The sum of the weights that a torsion gives to its 1-4 pair.
  private func weight(of rows: [Row]) throws -> Double {
    let weight = try rows.reduce(0) { $0 + (try table.coefficients($1.type, $1.line).dihedral().weight) }
    if weight > 1, let line = rows.first?.line {
      throw line.error("the dihedrals of these atoms weigh their 1-4 pair by \(weight), more than one can")
    }
    return weight
  }

  /// The coefficients of a torsion in the style that it has, one text a type.
  private func coefficients(
    _ terms: [TorsionTerm], of site: Int, in row: Row, weight: Double
  ) throws -> [String] {
    let found = try table.coefficients(row.type, row.line)
    let style = found.style
    let prefix = isHybrid ? "\(style) " : ""
    let all = terms.orZero
    func refusal(_ reason: String) -> InputError {
      found.line.error(
        "dihedral_style \(style) cannot say \(system.type(of: system.sites[site].quartet).label): \(reason)",
        hint: "write the molecule for style fourier, which has any periodicity and phase")
    }
    func phase(_ term: TorsionTerm) -> Double { degrees(term.phaseAsComputed) }
    switch style {
    case "fourier":
      return [
        prefix + "\(all.count)"
          + all.map { " \($0.forceConstant) \($0.periodicity) \(phase($0))" }.joined()
      ]
    case "charmm":
      return try all.enumerated().map { index, term in
        guard abs(phase(term) - phase(term).rounded()) < 1e-9 else {
          throw refusal("phases are whole degrees there, and one is \(phase(term))")
        }
        return prefix
          + "\(term.forceConstant) \(term.periodicity) \(Int(phase(term).rounded())) \(index == 0 ? weight : 0)"
      }
    case "harmonic":
      return try all.map { term in
        guard term.sineAmplitude == 0 else { throw refusal("phases are 0 or 180 degrees there") }
        let isSame = term.forceConstant == 0 || (term.cosineAmplitude < 0) == (term.forceConstant < 0)
        return prefix + "\(term.forceConstant) \(isSame ? 1 : -1) \(term.periodicity)"
      }
    case "opls":
      guard all.allSatisfy({ $0.sineAmplitude == 0 && (1...4).contains($0.periodicity) }) else {
        throw refusal("it has periodicities 1 … 4 and phases of 0 and 180 degrees")
      }
      let amplitudes = (1...4).map { n in
        all.filter { $0.periodicity == n }.reduce(0) { $0 + $1.cosineAmplitude } * (n % 2 == 0 ? -2 : 2)
      }
      return [prefix + amplitudes.map { "\($0)" }.joined(separator: " ")]
    case "multi/harmonic", "nharmonic":
      guard let series = RyckaertBellemans(all), style == "nharmonic" || series.coefficients[5] == 0 else {
        throw refusal(
          "it has periodicities up to \(style == "nharmonic" ? 5 : 4) and phases of 0 and 180 degrees")
      }
      let powers = series.coefficients.enumerated().map { $0.offset % 2 == 0 ? $0.element : -$0.element }
      return [
        prefix
          + (style == "nharmonic" ? ["6"] + powers.map { "\($0)" } : powers.prefix(5).map { "\($0)" }).joined(
            separator: " ")
      ]
    default: throw refusal("apply does not write that style")
    }
  }

  private var isHybrid: Bool {
    let named = script.styles[.dihedral]?.texts.dropFirst().first ?? data.hint("Dihedral Coeffs")
    return named.map { LammpsScript.plain($0) } == "hybrid"
  }

  /// Numbers for new coefficients.
  private struct TypeAllocation {
    private(set) var count: Int
    /// New coefficients by their type number.
    private(set) var new: [Int: String] = [:]
    private var known: [String: Int] = [:]
    private var free: [Int]
    let inData: Bool

    init(count: Int, used: Set<Int>, inData: Bool) {
      self.count = count
      self.inData = inData
      // A script may give coefficients to ranges of types: there only new numbers are safe.
      free = inData && count > 0 ? (1...count).filter { !used.contains($0) }.reversed() : []
    }

    mutating func type(_ coefficients: String) -> Int {
      if let number = known[coefficients] { return number }
      var number = free.popLast()
      if number == nil {
        count += 1
        number = count
      }
      known[coefficients] = number
      new[number ?? count] = coefficients
      return number ?? count
    }
  }

  private func write(_ allocation: TypeAllocation, to files: inout [EditedFile]) throws {
    let section = data.rows("Dihedral Coeffs")
    var lineOf: [Int: LammpsLine] = [:]
    for line in section { lineOf[try types.type(line, 0)] = line }
    var appended: [String] = []
    for (number, text) in allocation.new.sorted(by: { $0.key < $1.key }) {
      if allocation.inData, let line = lineOf[number] {
        files[0].replaceLine(
          line.line, with: ["\(line.texts[0]) \(text)\(line.comment.isEmpty ? "" : " # \(line.comment)")"])
      } else {
        appended.append(allocation.inData ? "\(number) \(text)" : "dihedral_coeff \(number) \(text)")
      }
    }
    if !appended.isEmpty {
      let last = allocation.inData ? section.last : script.coefficients[.dihedral]?.last
      guard let last, let file = files.firstIndex(where: { $0.path == last.file }) else {
        throw InputError(
          SourcePlace(file: data.file), "has no coefficients of dihedrals to put new ones beside",
          hint: "give the script with the dihedral_coeff lines too")
      }
      files[file].insert(appended, beforeLine: last.line + 1)
    }
    if let last = data.rows("Dihedral Type Labels").last, allocation.count > types.count {
      let labels = ((types.count + 1)...allocation.count).map { "\($0) swivel-\($0)" }
      files[0].insert(labels, beforeLine: last.line + 1)
    }
  }

  /// Sets a count of the header.
  private func setCount(_ name: String, _ count: Int, in file: inout EditedFile) {
    for number in 2...max(2, file.lineCount) {
      let words = LammpsLine(file.line(number), file: data.file, line: number).texts
      guard words.first.flatMap({ Int($0) }) != nil, words.dropFirst().joined(separator: " ") == name else {
        continue
      }
      let line = file.line(number)
      guard let range = line.firstRange(of: words[0]), words[0] != "\(count)" else { return }
      return file.replaceLine(number, with: [line.replacingCharacters(in: range, with: "\(count)")])
    }
  }
}

extension String {
  /// The text with a piece of it replaced.
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
