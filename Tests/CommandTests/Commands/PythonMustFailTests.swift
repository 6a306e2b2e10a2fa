// What a user is told where the Python of quantum chemistry is missing, broken, or says no: a program of the test's stands in its place.

import Foundation
import Support
import Testing

@Suite struct PythonMustFailTests {
  /// Runs a command with a shell script for the interpreter; `@` stands for the test's folder.
  private func refused(
    _ line: String, python script: String?, files: [String: String] = [:]
  ) throws -> String {
    try Folders.temporary { folder in
      let python = "\(folder)/python"
      if let script {
        try Folders.write("#!/bin/sh\n\(script)\n", to: python)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
      }
      for (name, text) in files { try Folders.write(text, to: "\(folder)/\(name)") }
      let arguments = line.split(separator: " ").map { $0.replacingOccurrences(of: "@", with: folder) }
      let outcome = try Folders.run(
        swivelPath, arguments, in: folder,
        environment: ["SWIVEL_PYTHON": python, "SWIVEL_CACHE": "\(folder)/cache"])
      #expect(outcome.status == 2, "\(outcome.output) \(outcome.errors)")
      return outcome.errors
    }
  }

  /// prepare.py's answer.
  private static func answer(_ molecules: String, error: String = "null") -> String {
    """
    cat > "$3" <<'EOF'
    {"schema": "swivel.prepared/1", "versions": {}, "error": \(error), "molecules": [\(molecules)]}
    EOF
    """
  }

  private static let line = "prepare CCCC --output @/f"

  @Test func interpretersThatAreNoneAreNamed() throws {
    let none = try refused(Self.line, python: nil)
    #expect(
      none.contains("/python: is no program") && none.contains("SWIVEL_PYTHON must be the path"), "\(none)")
    let folder = try refused("prepare nothing.sdf --output @/f", python: "exit 0")
    #expect(folder.contains("nothing.sdf: no such file") && folder.contains("hint: "), "\(folder)")
  }

  @Test(arguments: [
    ("echo first >&2; echo boom >&2; exit 3", "prepare.py failed: boom", "`swivel doctor --install`"),
    ("exit 1", "prepare.py failed: no reason given", "`swivel doctor --install`"),
    ("exit 0", "result.json: no such file", ""),
    ("echo '{' > \"$3\"", "is cut off: the JSON is not complete", "this is a fault of Swivel"),
    (
      "echo '{\"schema\": \"swivel.prepared/7\"}' > \"$3\"", "has schema \"swivel.prepared/7\"",
      "this is a fault of Swivel"
    ),
    (answer("", error: "\"no AmberTools here\""), "no AmberTools here", "`swivel doctor` says what is there"),
    (
      answer("{\"ok\": false, \"id\": \"a\", \"name\": \"xenon\", \"error\": \"has no bond\"}"),
      "no molecule can be taken: xenon: has no bond", ""
    ),
    (
      answer("{\"ok\": true, \"id\": \"a\", \"name\": \"a\", \"smiles\": \"CC\"}"),
      "prepare.py left out part of a",
      "this is a fault of Swivel"
    ),
  ]) func answersThatAreNoneAreNamed(_ script: String, words: String, hint: String) throws {
    let errors = try refused(Self.line, python: script)
    #expect(errors.contains(words), "\(errors)")
    #expect(hint.isEmpty || errors.contains("hint: ") && errors.contains(hint), "\(errors)")
  }

  /// A family to acquire: hydrogen peroxide with one drive.
  private static let drives = """
    {"schema": "swivel.drives/1", "name": "fakes", "base": "GAFF2", "spacing": 60, "versions": {},
     "molecules": [{"id": "hooh", "smiles": "OO", "key": "[H]OO[H]", "symbols": ["H", "O", "O", "H"],
      "bonds": [[0, 1], [1, 2], [2, 3]], "charge": 0, "ranks": [2, 0, 1, 3],
      "positions": [[0.6, 0.8, 0], [0, 0, 0], [0, 0, 1.4], [0.985, -0.172, 1.6]],
      "topology": "molecules/hooh.prmtop", "structure": "molecules/hooh.sdf", "drives": [{"quartet": [0, 1, 2, 3]}]}]}
    """

  @Test(arguments: [
    (
      "echo 'the basis set dzvpp is unknown'", "cannot be computed: the basis set dzvpp is unknown",
      "names of methods and basis sets are those of PySCF"
    ),
    ("echo 'no module named pyscf' >&2; exit 1", "no module named pyscf", "`swivel doctor --install`"),
  ]) func levelsThatCannotBeComputedAreNamed(_ script: String, words: String, hint: String) throws {
    let errors = try refused(
      "acquire @ --level B3LYP/DZVPP", python: script,
      files: ["drives.json": Self.drives, "family.yaml": "name: fakes\n"])
    #expect(errors.contains(words) && errors.contains(hint), "\(errors)")
  }
}
