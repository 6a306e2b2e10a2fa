// swivel energy: molecular-mechanics energies by term, to compare with an MD engine.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import Mechanics
import ReportFiles
import TextFiles

struct EnergyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy",
    abstract: "MM energy by term and forces of given geometries (kcal/mol, kcal/mol/Å; vacuum, no cut-off).",
    discussion: """
      Example:
        swivel energy --topology butane.prmtop --coordinates butane.xyz --json
        swivel energy --topology butane.prmtop --coordinates scan.extxyz --parameters alkanes.frcmod
      """)

  @OptionGroup var molecule: TopologyOptions
  @Option(
    name: [.customShort("c"), .long], help: "XYZ, extended XYZ, PDB or gro (all frames), or AMBER inpcrd.",
    completion: .file())
  var coordinates: String
  @Option(
    name: [.customShort("p"), .long], help: "Take torsions from this parameter file where it has the type.",
    completion: .parameterFile)
  var parameters: String?
  @Flag(help: "JSON instead of a table.") var json = false
  @Flag(help: "Forces as well.") var forces = false
  @Flag(help: "Print no notes.") var quiet = false

  func run() throws {
    let molecule = try self.changed()
    let frames = try readCoordinates(coordinates, topology: molecule)
    let model = EnergyModel(molecule)
    let results = frames.map { model.energyAndForces(of: $0) }
    for (index, result) in results.enumerated() where !result.energy.total.isFinite {
      throw InputError(
        SourcePlace(file: coordinates), "frame \(index + 1) has no finite energy: two atoms coincide",
        hint: "check the geometry")
    }
    if json {
      print(
        try jsonText(
          EnergyOutput(
            frames: results.map { EnergyOutput.Frame($0.energy) },
            forces: forces ? results.map { $0.forces.map { [$0.x, $0.y, $0.z] } } : nil,
            coulombConstant: molecule.coulombConstant)), terminator: "")
      return
    }
    print(
      textTable(
        header: ["frame", "bond", "angle", "torsion", "improper", "lj", "coulomb", "total"],
        rows: results.enumerated().map { index, result in
          let e = result.energy
          return ["\(index + 1)"]
            + [e.bond, e.angle, e.torsion, e.improper, e.lennardJones, e.coulomb, e.total].map {
              decimal($0, 6)
            }
        }))
    guard forces else { return }
    for (index, result) in results.enumerated() {
      print("\nforces of frame \(index + 1), kcal/mol/Å")
      print(
        textTable(
          header: ["atom", "x", "y", "z"],
          rows: result.forces.enumerated().map { atom, f in
            ["\(atom) \(molecule.atoms[atom].name)"] + [f.x, f.y, f.z].map { decimal($0, 6) }
          }))
    }
  }
}

extension EnergyCommand {
  /// The molecule, with the torsions of --parameters in it.
  /// - Throws: `InputError` where these change nothing because no torsion has a type of theirs.
  private func changed() throws -> Topology {
    guard let parameters else { return try molecule.read() }
    let source = try AppliedParameters(parameters)
    let topology = try molecule.read(matching: source.patterns).spelled(like: source.parameters.namedTypes)
    let found = topology.torsions.count {
      source.parameters.terms(for: topology.type(of: $0.quartet)) != nil
    }
    guard found > 0 else {
      throw InputError(
        SourcePlace(file: parameters),
        "has no torsion of the \(topology.torsions.count) of \(molecule.topology)",
        hint: "compare the atom types of both: `swivel inspect \(molecule.topology)`")
    }
    if !quiet {
      complain("note: \(found) of \(topology.torsions.count) torsions have the terms of \(parameters)")
    }
    return source.parameters.applied(to: topology)
  }
}

/// The JSON of `swivel energy` (DESIGN: "Flags others rely on").
private struct EnergyOutput: Encodable {
  struct Frame: Encodable {
    var bond: Double, angle: Double, torsion: Double, improper: Double, lj: Double, coulomb: Double
    var total: Double

    init(_ e: EnergyTerms) {
      bond = e.bond
      angle = e.angle
      torsion = e.torsion
      improper = e.improper
      lj = e.lennardJones
      coulomb = e.coulomb
      total = e.total
    }
  }

  enum CodingKeys: String, CodingKey {
    case frames, forces
    case coulombConstant = "coulomb_constant"
  }

  var frames: [Frame]
  var forces: [[[Double]]]?
  var coulombConstant: Double
}
