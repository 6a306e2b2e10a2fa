// Swivel's Python sources: embedded in the binary by SwiftPM, written out where an interpreter can read them.

import FamilyFiles
import Foundation
import TextFiles

/// Every file of Sources/Acquisition/Python by name.
private let embedded: [(name: String, bytes: [UInt8])] = [
  ("amber_topology.py", PackageResources.amber_topology_py), ("cartesian.py", PackageResources.cartesian_py),
  ("check_levels.py", PackageResources.check_levels_py), ("drives.py", PackageResources.drives_py),
  ("fractal.py", PackageResources.fractal_py), ("fractal_plugin.py", PackageResources.fractal_plugin_py),
  ("fractal_wheel.py", PackageResources.fractal_wheel_py),
  ("fragments.py", PackageResources.fragments_py), ("harnesses.py", PackageResources.harnesses_py),
  ("levels.py", PackageResources.levels_py), ("molecules.py", PackageResources.molecules_py),
  ("open_force_field.py", PackageResources.open_force_field_py), ("prepare.py", PackageResources.prepare_py),
  ("smirnoff_topology.py", PackageResources.smirnoff_topology_py),
  ("relaxation.py", PackageResources.relaxation_py),
  ("worker.py", PackageResources.worker_py),
]

/// The packages of the environment with their versions, as pip reads them.
public var pythonRequirements: String { String(decoding: PackageResources.requirements_txt, as: UTF8.self) }

/// Packages of files alone, which pip takes without what they ask for.
public var pythonDataPackages: String {
  String(decoding: PackageResources.requirements_data_txt, as: UTF8.self)
}

/// Writes the sources into a cache folder that their hash names, unless they are there.
/// - Returns: the folder.
/// - Throws: `InputError` when the cache cannot be written.
func writePythonSources() throws -> String {
  let hash = sha256(embedded.flatMap { Array($0.name.utf8) + $0.bytes }).prefix(12)
  let folder = "\(cacheFolder())/sources-\(hash)"
  for (name, bytes) in embedded {
    let path = "\(folder)/\(name)"
    // Whole or absent, as every atomic write leaves it; changed by hand or by a disk, it is written anew.
    if (try? Data(contentsOf: URL(fileURLWithPath: path))).map([UInt8].init) != bytes {
      try writeAtomically(bytes, to: path)
    }
  }
  return folder
}

/// Writes the package that a compute manager of QCFractal needs to run Swivel's jobs, as a wheel.
/// - Parameter folder: where it goes; made where it is not there.
/// - Returns: the wheel's path.
/// - Throws: `InputError` without a Python environment, and when the folder cannot be written.
public func writeQCEnginePlugin(to folder: String) throws -> String {
  let environment = try PythonEnvironment()
  try requireWritable(folder)
  let list = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: list) }
  try writeAtomically(pythonRequirements, to: list)
  return try output(
    of: [environment.interpreter, "\(environment.sources)/fractal_wheel.py", folder, list],
    hint: "can \(folder) be written?"
  ).trimmingCharacters(in: .whitespacesAndNewlines)
}
