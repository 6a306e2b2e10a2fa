// Units of scans that state none, and the conventions of programs that never do.

import ArgumentParser
import Chemistry
import TextFiles

/// Options of commands that read scans without a manifest.
struct ScanUnitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The unit of energies that files do not state: kcal/mol, kJ/mol, hartree or eV.", valueName: "unit"),
    completion: .list(Units.Energy.allCases.map(\.rawValue)))
  var energyUnit: String?
  @Option(
    help: ArgumentHelp(
      "The unit of forces that files do not state, such as hartree/bohr or eV/angstrom.", valueName: "unit"),
    completion: .list(Units.Force.allCases.map(\.rawValue)))
  var forceUnit: String?
  @Option(
    help: ArgumentHelp(
      "Whose convention files follow that state no units: ase (eV, eV/angstrom).", valueName: "name"),
    completion: .list(["ase"]))
  var convention: String?

  mutating func validate() throws {
    if let energyUnit, Units.Energy(rawValue: energyUnit) == nil {
      throw ValidationError(
        "there is no energy unit \"\(energyUnit)\": one of "
          + Units.Energy.allCases.map(\.rawValue).joined(separator: ", "))
    }
    if let forceUnit, Units.Force(rawValue: forceUnit) == nil {
      throw ValidationError(
        "there is no force unit \"\(forceUnit)\": one of "
          + Units.Force.allCases.map(\.rawValue).joined(separator: ", "))
    }
    if let convention, convention != "ase" {
      throw ValidationError("there is no convention \"\(convention)\": ase is the one there is")
    }
  }

  /// Whether anything is said.
  var isStated: Bool { energyUnit != nil || forceUnit != nil || convention != nil }
  /// The unit of energies; nil where nothing is said.
  var energy: Units.Energy? { energyUnit.flatMap(Units.Energy.init) ?? (convention == "ase" ? .eV : nil) }
  /// The unit of forces; nil where nothing is said.
  var force: Units.Force? {
    forceUnit.flatMap(Units.Force.init) ?? (convention == "ase" ? .eVPerAngstrom : nil)
  }
}
