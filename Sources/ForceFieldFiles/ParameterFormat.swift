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

  /// The extension of its files.
  public var fileExtension: String {
    switch self {
    case .amber: "frcmod"
    case .gromacs: "itp"
    case .gromacsRB: "rb.itp"
    case .openmm: "xml"
    case .charmm: "prm"
    case .lammps: "lmp"
    case .smirnoff: "offxml"
    case .tinker: "key"
    }
  }

  /// The name a person knows it by.
  public var title: String {
    switch self {
    case .amber: "AMBER frcmod"
    case .gromacs: "GROMACS itp"
    case .gromacsRB: "GROMACS itp with Ryckaert-Bellemans functions"
    case .openmm: "OpenMM xml"
    case .charmm: "CHARMM prm"
    case .lammps: "LAMMPS lmp"
    case .smirnoff: "SMIRNOFF offxml"
    case .tinker: "Tinker key"
    }
  }

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
    guard let format = fitting.max(by: { $0.fileExtension.count < $1.fileExtension.count }) else {
      if name.hasSuffix(".top") {
        self = .gromacs
      } else if name.hasSuffix(".str") {
        self = .charmm
      } else if name.hasSuffix(".dat") {
        self = .amber
      } else {
        return nil
      }
      return
    }
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
    switch self {
    case .amber: try amberFrcmod(forceField)
    case .gromacs: try gromacsDihedralTypes(forceField, ryckaertBellemans: forceField.usesRyckaertBellemans)
    case .gromacsRB: try gromacsDihedralTypes(forceField, ryckaertBellemans: true)
    case .openmm: try openMMForceField(forceField)
    case .charmm: try charmmParameters(forceField)
    case .lammps: try lammpsParameters(forceField)
    case .smirnoff: try smirnoffForceField(forceField)
    case .tinker: try tinkerParameters(forceField)
    }
  }

  /// The torsions of a parameter file.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  func read(_ path: String) throws -> TorsionParameters {
    switch self {
    case .amber: try readAmberFrcmod(path)
    case .gromacs, .gromacsRB: try readGromacsDihedralTypes(path)
    case .openmm: try readOpenMMForceField(path)
    case .charmm:
      // Tinker's prm has the same extension.
      try isCharmmParameterFile(readText(path)) ? readCharmmParameters(path) : readTinkerTorsions(path)
    case .lammps: try readLammpsParameters(path)
    case .smirnoff: try readSmirnoff(path)
    case .tinker: try readTinkerTorsions(path)
    }
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
    switch self {
    case .amber: try amberTopologyFiles(topology, name: name, coordinates: coordinates, header: header)
    case .gromacs, .gromacsRB:
      try gromacsTopology(topology, name: name, coordinates: coordinates, header: header)
    case .openmm: try openMMSystem(topology, name: name, coordinates: coordinates, header: header)
    case .charmm: try charmmTopology(topology, name: name, coordinates: coordinates, header: header)
    case .lammps: try lammpsFiles(topology, name: name, coordinates: coordinates, header: header)
    case .smirnoff: try smirnoffTopologyFiles(topology, name: name, coordinates: coordinates, header: header)
    case .tinker:
      try tinkerTopology(
        topology, name: name, coordinates: coordinates, header: header, classes: tinkerClasses(of: types))
    }
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
        if format == .smirnoff, let base { try smirnoffForceField(forceField, replacedIn: base) } else {
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
