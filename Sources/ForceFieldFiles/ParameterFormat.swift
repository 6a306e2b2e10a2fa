// The parameter-file formats that Swivel writes, by the name a user gives.

import Chemistry
import TextFiles

/// A parameter-file format.
public enum ParameterFormat: String, CaseIterable, Sendable {
  /// AMBER frcmod.
  case amber
  /// GROMACS [ dihedraltypes ] of function 9, or of 3 where the family's topologies have that.
  case gromacs
  /// GROMACS [ dihedraltypes ] of function 3, Ryckaert-Bellemans.
  case gromacsRB = "gromacs-rb"
  /// OpenMM ForceField XML.
  case openmm
  /// CHARMM prm, for NAMD too.
  case charmm
  /// LAMMPS include file with type labels.
  case lammps
  /// SMIRNOFF offxml.
  case smirnoff
  /// Tinker keywords.
  case tinker

  /// The formats that a fit writes: one a package.
  public static var oneAPackage: [ParameterFormat] { allCases.filter { $0 != .gromacsRB } }

  /// What the format knows of itself.
  var fileFormat: any ParameterFileFormat {
    switch self {
    case .amber: AmberFormat()
    case .gromacs: GromacsFormat()
    case .gromacsRB: GromacsFormat(isRyckaertBellemans: true)
    case .openmm: OpenMMFormat()
    case .charmm: CharmmFormat()
    case .lammps: LammpsFormat()
    case .smirnoff: SmirnoffFormat()
    case .tinker: TinkerFormat()
    }
  }

  /// The extension of its files.
  public var fileExtension: String { fileFormat.fileExtension }

  /// The name a person knows it by.
  public var title: String { fileFormat.title }

  /// Whether a line has a place for 1-4 scalings.
  public var holdsScalings: Bool { fileFormat.holdsScalings }

  /// The formats of a comma-separated list of names.
  /// - Throws: ``InputError`` where there is no such format.
  public static func list(_ names: String) throws -> [ParameterFormat] {
    let formats = try names.split(separator: ",").map { name -> ParameterFormat in
      let word = name.trimmingSpaces.lowercased()
      guard let format = ParameterFormat(rawValue: word == "openff" ? "smirnoff" : word) else {
        throw InputError(
          nil, "no format is called \"\(name)\"",
          hint: didYouMean(
            nearestName(to: name.trimmingSpaces, in: allCases.map(\.rawValue)),
            else: "there are \(allCases.map(\.rawValue).joined(separator: ", "))"))
      }
      return format
    }
    guard !formats.isEmpty else {
      throw InputError(
        nil, "no format is named", hint: "there are \(allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return formats
  }

  /// The format of a file by its name; nil when the extension is of none.
  public init?(path: String) {
    let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    let fitting = Self.allCases.filter { name.hasSuffix("." + $0.fileExtension) }
    // The longest extension says most: x.tinker.prm is not x.prm.
    let format =
      fitting.max { $0.fileExtension.count < $1.fileExtension.count }
      ?? Self.allCases.first { $0.fileFormat.otherExtensions.contains { name.hasSuffix("." + $0) } }
    guard let format else { return nil }
    self = format
  }

  /// The format of a file by its name.
  /// - Throws: ``InputError`` where the extension is of none.
  static func required(_ path: String) throws -> ParameterFormat {
    guard let format = ParameterFormat(path: path) else {
      throw InputError(
        SourcePlace(file: path), "has none of the extensions \(extensions)",
        hint: "rename it after its format: " + allCases.map(\.title).joined(separator: ", "))
    }
    return format
  }

  /// The text of a parameter file.
  /// - Throws: ``InputError`` where the format cannot say something, with the reason.
  public func text(of forceField: FittedForceField) throws -> String {
    try fileFormat.text(of: forceField)
  }

  /// The torsions of a parameter file.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  func read(_ path: String) throws -> TorsionParameters {
    try fileFormat.read(path)
  }

  /// The impropers in a parameter file, which `readTorsionParameters(_:)` passes over: a conversion says so.
  /// - Throws: ``InputError`` when it cannot be read.
  public func improperCount(_ path: String) throws -> Int {
    let lines = try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
    return try fileFormat.improperCount(path, lines: lines.map(\.trimmingSpaces))
  }

  /// The files of a whole molecule: topology, parameters and coordinates, each a suffix of the name and a text.
  /// - Parameters:
  ///   - topology: the molecule.
  ///   - name: its name.
  ///   - coordinates: Å.
  ///   - header: comment lines.
  ///   - types: the atom types that the family's parameter files name; they number Tinker's classes.
  /// - Throws: ``InputError`` where the format cannot say something, with the reason.
  public func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String> = []
  ) throws -> [(suffix: String, text: String)] {
    try fileFormat.completeTopology(
      topology, name: name, coordinates: coordinates, header: header, types: types)
  }

  /// The files of molecules that change nothing else: paths within a folder, and texts.
  /// - Parameters:
  ///   - molecules: the molecules.
  ///   - prefix: what the names of their atom types begin with.
  ///   - header: lines to put on top as comments.
  /// - Throws: ``InputError`` where the format has no such form, with the command that does the same, or cannot say a
  ///   term.
  public func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    guard !prefix.isEmpty, prefix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      throw InputError(
        nil, "\"\(prefix)\" begins no name of an atom type",
        hint: "give letters and digits, as in --bespoke L1")
    }
    return try fileFormat.bespokeFiles(molecules, prefix: prefix, header: header)
  }
}

/// What a format could not say.
public struct FormatRefusal: Sendable {
  /// The format.
  public var format: ParameterFormat
  /// The reason.
  public var error: InputError
}

/// Writes `<folder>/<stem>.<extension>` in each format; the texts are made before the first file is written.
/// - Parameters:
///   - forceField: what to write.
///   - formats: the formats.
///   - folder: where to write.
///   - stem: the files' name without extension; the family's name where nil.
///   - base: an offxml whose definitions the torsions replace; SMIRNOFF is written as all of it.
///   - refusesAll: whether a format that cannot say something is an error; otherwise its file is not written.
/// - Returns: the paths of the files, and what was refused.
/// - Throws: ``InputError`` where a format refuses or the disk does.
@discardableResult
public func writeForceFields(
  _ forceField: FittedForceField, formats: [ParameterFormat], to folder: String, stem: String? = nil,
  base: String? = nil, refusesAll: Bool = true
) throws -> (files: [String], refusals: [FormatRefusal]) {
  var texts: [(ParameterFormat, String)] = []
  var refusals: [FormatRefusal] = []
  for format in formats {
    do {
      let text =
        if let base { try format.fileFormat.text(of: forceField, replacedIn: base) } else {
          try format.text(of: forceField)
        }
      texts.append((format, text))
    } catch let error as InputError where !refusesAll {
      refusals.append(FormatRefusal(format: format, error: error))
    }
  }
  let files = try texts.map { format, text in
    let path = "\(folder)/\(stem ?? forceField.family).\(format.fileExtension)"
    try writeAtomically(text, to: path)
    return path
  }
  return (files, refusals)
}

/// Whether a name is that of a file of torsion parameters.
public func isParameterFile(_ path: String) -> Bool { ParameterFormat(path: path) != nil }

private var extensions: String { ParameterFormat.allCases.map(\.fileExtension).joined(separator: ", ") }

/// Reads the torsions of a parameter file, whose extension says the format.
/// - Throws: ``InputError`` where the extension is none of these or the file cannot be read.
public func readTorsionParameters(_ path: String) throws -> TorsionParameters {
  let format = try ParameterFormat.required(path)
  let parameters = try format.read(path)
  guard !parameters.terms.isEmpty else {
    throw InputError(
      SourcePlace(file: path), "holds no torsion",
      hint: "check that the extension says its format: "
        + ParameterFormat.allCases.map(\.title).joined(separator: ", "))
  }
  return parameters
}
