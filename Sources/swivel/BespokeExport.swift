// swivel export --bespoke: molecules that change nothing else of a system, in every format that has a form of it.

import Chemistry
import ForceFieldFiles
import TextFiles
import TorsionModel

/// Molecules to write with types of their own.
struct BespokeExport {
  var molecules: [Molecule]
  var forceField: FittedForceField
  var prefix: String

  /// Writes the formats, each into a folder of its name; one that cannot say a molecule does not keep the others back.
  /// - Returns: the paths.
  /// - Throws: `InputError` where there is no molecule, or no format can be written.
  func write(_ formats: [ParameterFormat], to output: String) throws -> [String] {
    let all = molecules.compactMap { molecule -> BespokeMolecule? in
      guard let lowest = molecule.scans.flatMap(\.points).min(by: { $0.energy < $1.energy }) else {
        complain("note: \(molecule.id) has no scan, so no geometry to write")
        return nil
      }
      return BespokeMolecule(
        name: molecule.id, topology: molecule.topology, coordinates: lowest.coordinates,
        parameters: forceField.parameters)
    }
    guard !all.isEmpty else {
      throw InputError(
        nil, "there is no molecule to write with atom types of its own",
        hint: "name the fitted family with --family")
    }
    var texts: [(path: String, text: String)] = []
    var refusals: [InputError] = []
    for format in formats {
      do {
        texts += try format.bespokeFiles(all, prefix: prefix, header: forceField.header).map {
          ("\(output)/\(format.rawValue)/\($0.path)", $0.text)
        }
      } catch let error as InputError where error.place == nil {
        refusals.append(error)
      }
    }
    if texts.isEmpty, let first = refusals.first { throw first }
    for error in refusals { complain("note: \(error.message)" + (error.hint.map { " (\($0))" } ?? "")) }
    for (path, text) in texts { try writeAtomically(text, to: path) }
    return texts.map(\.path)
  }
}
