// swivel convert: torsion parameters from one package's format to another's.

import ArgumentParser
import Chemistry
import ForceFieldFiles
import Foundation
import ReportFiles
import TextFiles

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a file of torsion parameters to another format, and say what is lost.",
    discussion: """
      Example:
        swivel convert alkanes.frcmod --to gromacs --output alkanes.itp
        swivel convert alkanes.itp --to smirnoff --output alkanes.offxml --family families/alkanes

      Formats: \(ParameterFormat.allCases.map(\.rawValue).joined(separator: ", ")). Remarks with intervals are carried \
      over
      where the input has Swivel's. Impropers stay behind, and are counted. What a format cannot say is an error with \
      the reason.
      """)

  @Argument(help: "A file of torsion parameters; its extension says the format.", completion: .parameterFile)
  var input: String
  @Option(help: "The format to write.", completion: .formats) var to: String
  @Option(help: "The file to write.", completion: .file()) var output: String
  @Option(
    help: "A family whose molecules say what surrounds atoms of each type (for SMIRNOFF).",
    completion: .family)
  var family: String?
  @Flag(help: "Say what was lost as JSON.") var json = false
  @Flag(help: "Print nothing but errors.") var quiet = false

  func run() throws {
    let formats = try ParameterFormat.list(to)
    guard let format = formats.first, formats.count == 1 else {
      throw ValidationError("--to takes one format")
    }
    guard ParameterFormat(path: output) == format else {
      throw InputError(
        SourcePlace(file: output), "has not the extension of \(format.title)",
        hint: "end it with .\(format.fileExtension): Swivel tells formats by it")
    }
    let read = try readTorsionParameters(input)
    let remarks = (try? readTermRemarks(input)) ?? []
    let conversion = Conversion(read, remarks: remarks)
    var forceField = FittedForceField(
      family: output.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? "converted",
      version: swivelVersion, oneFourScalings: [], torsions: conversion.torsions)
    forceField.source = input.split(separator: "/").last.map(String.init) ?? input
    forceField.precedence = read.precedence
    forceField.scalings = read.scalings
    if let family {
      let topologies = try loadFamily(family, setAside: true).family.molecules.map(\.topology)
      forceField.typePatterns = atomPatterns(of: Set(read.terms.keys.flatMap(\.types)), in: topologies)
      forceField.torsionPatterns = torsionPatterns(
        of: read.terms.keys, in: topologies, typePatterns: forceField.typePatterns)
    }
    let text = try format.text(of: forceField)
    var loss = Loss(
      of: conversion, readBack: try readBack(text, format), carriesRemarks: !remarks.isEmpty)
    loss.impropers = try ParameterFormat(path: input)?.improperCount(input) ?? 0
    if !format.holdsScalings {
      loss.scalings = Set(read.scalings.values).map { [$0.coulombDivisor, $0.lennardJonesDivisor] }.sorted {
        $0[0] < $1[0]
      }
    }
    try writeAtomically(text, to: output)
    if json {
      print(try jsonText(loss), terminator: "")
    } else if !quiet {
      print(loss.text(output))
      print(nextStepsText([NextStep(["audit", output], "the file against its remarks, and for sanity")]))
    }
  }
}

extension ConvertCommand {
  /// What a file of this text says: read from elsewhere, so that what cannot be read never stands at the output's
  /// place.
  private func readBack(_ text: String, _ format: ParameterFormat) throws -> TorsionParameters {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/converted.\(format.fileExtension)"
    try writeAtomically(text, to: path)
    return try readTorsionParameters(path)
  }
}

/// Terms as a parameter file can hold them.
struct Conversion {
  /// One term a periodicity.
  var torsions: [FittedTorsion]
  /// Types whose constant is left out, which moves energies and no atom, kcal/mol in the largest.
  var constants: [(type: TorsionType, energy: Double)] = []
  /// Types with terms of equal periodicity, joined into one of another phase.
  var joined: [TorsionType] = []

  init(_ read: TorsionParameters, remarks: [RemarkedTerm]) {
    torsions = []
    for type in read.terms.keys.sorted() {
      let terms = read.terms[type]!
      let constant = terms.filter { $0.periodicity == 0 }.reduce(0) {
        $0 + $1.forceConstant + $1.cosineAmplitude
      }
      if constant != 0 { constants.append((type, constant)) }
      let groups = Dictionary(grouping: terms.filter { $0.periodicity > 0 }, by: \.periodicity)
      if groups.values.contains(where: { $0.count > 1 }) { joined.append(type) }
      let fitted = groups.keys.sorted().map { n -> FittedTerm in
        let term = merged(groups[n]!)
        guard let remark = remarks.first(where: { $0.type == type && $0.periodicity == n }) else {
          return FittedTerm(term: term)
        }
        return FittedTerm(
          term: term, sd: remark.sd, interval90: remark.interval90, interval95: remark.interval95,
          base: remark.base, tau: remark.tau, contraction: remark.contraction, flags: remark.flags)
      }
      guard !fitted.isEmpty else { continue }
      let molecules = remarks.first { $0.type == type }?.molecules ?? 0
      torsions.append(FittedTorsion(type: type, terms: fitted, molecules: molecules))
    }
  }
}

/// Terms of one periodicity as one.
private func merged(_ terms: [TorsionTerm]) -> TorsionTerm {
  guard terms.count > 1, let first = terms.first else { return terms[0] }
  let cosine = terms.reduce(0) { $0 + $1.cosineAmplitude }
  let sine = terms.reduce(0) { $0 + $1.sineAmplitude }
  // Without a sine the phase stays 0 and k keeps its sign.
  if sine == 0 { return TorsionTerm(periodicity: first.periodicity, phase: 0, forceConstant: cosine) }
  return TorsionTerm(
    periodicity: first.periodicity, phase: atan2(sine, cosine),
    forceConstant: (cosine * cosine + sine * sine).squareRoot())
}

/// What a conversion lost.
struct Loss: Encodable {
  enum CodingKeys: String, CodingKey {
    case types, terms, constants, joined, impropers, scalings
    case largestDifference = "largest_difference"
    case remarksCarried = "remarks_carried"
  }
  struct Constant: Encodable {
    var types: [String]
    var energy: Double
  }
  /// Torsion types written.
  var types: Int
  /// Terms written.
  var terms: Int
  /// Largest difference of an amplitude between what was read and what the new file says, kcal/mol.
  var largestDifference: Double
  /// Constants left out.
  var constants: [Constant]
  /// Types whose terms of equal periodicity were joined.
  var joined: [[String]]
  /// Impropers in the input, which are left behind.
  var impropers = 0
  /// 1-4 scalings of the input's lines that the output has no place for: Coulomb and Lennard-Jones divisors.
  var scalings: [[Double]] = []
  /// Whether intervals came along.
  var remarksCarried: Bool

  init(of conversion: Conversion, readBack: TorsionParameters, carriesRemarks: Bool) {
    types = conversion.torsions.count
    terms = conversion.torsions.reduce(0) { $0 + $1.terms.count }
    largestDifference = 0
    for torsion in conversion.torsions {
      let back = readBack.terms[torsion.type] ?? []
      for n in 1...6 {
        let mine = torsion.terms.map(\.term).filter { $0.periodicity == n }
        let theirs = back.filter { $0.periodicity == n }
        for amplitude in [\TorsionTerm.cosineAmplitude, \TorsionTerm.sineAmplitude] {
          let difference =
            mine.reduce(0) { $0 + $1[keyPath: amplitude] } - theirs.reduce(0) { $0 + $1[keyPath: amplitude] }
          largestDifference = max(largestDifference, abs(difference))
        }
      }
    }
    constants = conversion.constants.map { Constant(types: $0.type.types, energy: $0.energy) }
    joined = conversion.joined.map(\.types)
    remarksCarried = carriesRemarks
  }

  func text(_ output: String) -> String {
    var lines = ["\(output): \(terms) terms of \(types) torsion types"]
    lines.append("lost: rounding of at most \(scientificText(largestDifference)) kcal/mol in an amplitude")
    for constant in constants {
      lines.append(
        """
        lost: the constant \(decimal(constant.energy, 6)) kcal/mol of \
        \(constant.types.joined(separator: "-")), which moves no atom
        """
      )
    }
    if impropers > 0 {
      lines.append("lost: \(impropers) impropers of the input: only proper torsions are converted")
    }
    for scaling in scalings {
      lines.append(
        """
        lost: 1-4 pairs divided by \(decimal(scaling[0], 4)) (SCEE) and \(decimal(scaling[1], 4)) (SCNB): \
        set them for the whole force field
        """
      )
    }
    for types in joined {
      lines.append("joined: terms of equal periodicity of \(types.joined(separator: "-"))")
    }
    lines.append(
      remarksCarried ? "kept: intervals and evidence, as remarks" : "intervals: the input has none")
    return lines.joined(separator: "\n")
  }
}

/// A small number such as 3e-09.
private func scientificText(_ value: Double) -> String {
  value == 0 ? "0" : String(format: "%.0e", value)
}
