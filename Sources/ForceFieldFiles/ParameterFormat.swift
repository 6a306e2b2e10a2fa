// The parameter-file formats that Swivel writes, by the name a user gives.

import Chemistry
import TextFiles

/// A parameter-file format.
public enum ParameterFormat: String, CaseIterable, Sendable {
  /// AMBER frcmod.
  case amber
  /// GROMACS [ dihedraltypes ].
  case gromacs
  /// OpenMM ForceField XML.
  case openmm

  /// The extension of its files.
  public var fileExtension: String {
    switch self {
    case .amber: "frcmod"
    case .gromacs: "itp"
    case .openmm: "xml"
    }
  }

  /// The text of a parameter file.
  /// - Throws: ``InputError`` where the format cannot say something, with the reason.
  public func text(of forceField: FittedForceField) throws -> String {
    switch self {
    case .amber: try amberFrcmod(forceField)
    case .gromacs: try gromacsDihedralTypes(forceField)
    case .openmm: try openMMForceField(forceField)
    }
  }
}

/// Writes `<folder>/<stem>.<extension>` in each format; the texts are made before the first file is written.
/// - Throws: ``InputError`` where a format refuses or the disk does.
public func writeForceFields(
  _ forceField: FittedForceField, formats: [ParameterFormat], to folder: String, stem: String? = nil
) throws {
  let texts = try formats.map { ($0, try $0.text(of: forceField)) }
  for (format, text) in texts {
    try writeAtomically(text, to: "\(folder)/\(stem ?? forceField.family).\(format.fileExtension)")
  }
}

/// Whether a name is that of a file of torsion parameters.
public func isParameterFile(_ path: String) -> Bool {
  ["frcmod", "itp", "top", "xml"].contains(path.split(separator: ".").last.map(String.init))
}

/// Reads the torsions of a parameter file, whose extension says the format: frcmod, itp or xml.
/// - Throws: ``InputError`` where the extension is none of these or the file cannot be read.
public func readTorsionParameters(_ path: String) throws -> TorsionParameters {
  let parameters: TorsionParameters
  switch path.split(separator: ".").last.map(String.init) {
  case "frcmod": parameters = try readAmberFrcmod(path)
  case "itp", "top": parameters = try readGromacsDihedralTypes(path)
  case "xml": parameters = try readOpenMMForceField(path)
  default:
    throw InputError(
      SourcePlace(file: path), "has none of the extensions frcmod, itp, xml",
      hint: "rename it after its format: AMBER frcmod, GROMACS itp, OpenMM xml")
  }
  guard !parameters.terms.isEmpty else {
    throw InputError(
      SourcePlace(file: path), "holds no torsion",
      hint: "check that the extension says its format: AMBER frcmod, GROMACS itp, OpenMM xml")
  }
  return parameters
}
