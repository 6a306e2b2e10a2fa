// swivel inspect: what a file or a family is, before any fit.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import TextFiles
import TorsionModel

struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a file or family is and what was read from it.",
    discussion: """
      Example:
        swivel inspect families/alkanes
        swivel inspect butane.prmtop
        swivel inspect butane-0-1-2-3.extxyz --topology butane.prmtop
      """)

  @Argument(
    help: "A family, a topology, a scan (with --topology), or a file of torsion parameters.",
    completion: .file())
  var path: String
  @Option(help: "The topology that a scan belongs to.", completion: .file()) var topology: String?
  @Option(
    parsing: .upToNextOption,
    help:
      "Files that the topology needs beside it: CHARMM parameters, a LAMMPS input, a Tinker prm, names for an OpenMM System.",
    completion: .file()
  )
  var topologyParameters: [String] = []
  @Flag(help: "JSON instead of tables.") var json = false
  @Flag(help: "Name bad grid points and molecules, leave them out and go on.") var setAside = false
  @Flag(help: "Print nothing; the exit code says whether it can be read.") var quiet = false

  func run() async throws {
    let description = try await describe()
    if quiet { return }
    print(json ? try jsonText(description) : description.text, terminator: json ? "" : "\n")
  }

  private func describe() async throws -> Inspection {
    if let topology {
      let molecule = try readTopology(topology, parameters: topologyParameters).topology
      let scan = try readScan(
        path, topology: molecule, options: FamilyOptions(setAsideBadPoints: setAside))
      return Inspection(kind: "scan", scans: [ScanInspection(scan, molecule: nil, topology: molecule)])
    }
    let file = path.lowercased()
    if try isTopology(path) {
      let topology = try readTopology(path, parameters: topologyParameters).topology
      return Inspection(kind: "topology", topologies: [TopologyInspection(topology, id: path)])
    }
    if isParameterFile(path) {
      let parameters = try readTorsionParameters(path)
      return Inspection(
        kind: "parameters",
        types: parameters.terms.keys.sorted().map { type in
          TypeInspection(
            types: type.types, periodicities: parameters.terms[type]!.map(\.periodicity), molecules: nil,
            baseDiffers: nil)
        })
    }
    if [".extxyz", ".xyz", ".log"].contains(where: file.hasSuffix) {
      throw InputError(
        SourcePlace(file: path), "a scan is inspected with its topology",
        hint: "add --topology FILE")
    }
    let loaded = try loadFamily(path, setAside: setAside)
    var inspection = Inspection(loaded)
    if loaded.family.molecules.contains(where: { !$0.scans.isEmpty }) {
      var options = FitOptions()
      options.threads = ProcessInfo.processInfo.activeProcessorCount
      // On terminals alone: elsewhere the table says all.
      let progress = Progress(quiet: quiet || !canRedraw())
      let found = try await identifiability(of: loaded.family, options: options) { progress.show($0) }
      progress.done()
      inspection.add(found)
    }
    return inspection
  }
}

/// What inspect says, as it is printed in JSON.
struct Inspection: Encodable {
  enum CodingKeys: String, CodingKey {
    case kind, name, topologies, scans, types, notes, identifiability
    case levelOfTheory = "level_of_theory"
  }
  var kind: String
  var name: String?
  var levelOfTheory: String?
  var topologies: [TopologyInspection] = []
  var scans: [ScanInspection] = []
  var types: [TypeInspection] = []
  /// What the data can tell before any fit; nil for anything but a family with scans.
  var identifiability: IdentifiabilityRecord?
  var notes: [String] = []
}

extension Inspection {
  init(_ loaded: InputFamily) {
    let family = loaded.family
    let table = ParameterTable(molecules: family.molecules, rules: family.rules)
    self.init(
      kind: "family", name: family.name, levelOfTheory: family.origin.levelOfTheory,
      topologies: family.molecules.map { TopologyInspection($0.topology, id: $0.id) },
      scans: family.molecules.flatMap { molecule in
        molecule.scans.map { ScanInspection($0, molecule: molecule.id, topology: molecule.topology) }
      },
      types: table.types.map { type in
        let indices = table.parameters.indices.filter { table.parameters[$0].type == type }
        return TypeInspection(
          types: type.types, periodicities: indices.map { table.parameters[$0].periodicity },
          molecules: indices.first.map { table.molecules[$0] },
          baseDiffers: table.typesWithUnequalBase.contains(type))
      }, notes: loaded.notes + table.cancelled.map(\.words))
    if !table.typesWithUnequalBase.isEmpty {
      notes.append(
        "the base force field has unequal terms between molecules for "
          + table.typesWithUnequalBase.map(\.label).joined(separator: ", ")
          + ": topologies of different force fields may be mixed (parmchk2 with `-s gaff2` takes GAFF or GAFF2 at random; `-s 2` does not)"
      )
    }
  }

  /// Adds what the data can tell before any fit.
  mutating func add(_ found: Identifiability) {
    identifiability = IdentifiabilityRecord(found)
    let parameters = found.classes.flatMap(\.parameters)
    for (parameter, contraction) in zip(parameters, found.contractions) {
      guard let place = types.firstIndex(where: { $0.types == parameter.type.types }) else { continue }
      types[place].contractions = (types[place].contractions ?? []) + [contraction]
    }
  }

  /// The tables of the terminal.
  var text: String {
    var parts = ["\(kind)" + (name.map { " \($0)" } ?? "") + (levelOfTheory.map { ", \($0)" } ?? "")]
    if !topologies.isEmpty {
      parts.append(
        textTable(
          header: [
            "molecule", "atoms", "charge", "bonds", "angles", "torsions", "impropers", "pairs",
            "1-4 divisors",
          ],
          rows: topologies.map {
            [
              $0.id, "\($0.atoms)", decimal($0.charge, 3), "\($0.bonds)", "\($0.angles)", "\($0.torsions)",
              "\($0.impropers)", "\($0.pairs)",
              $0.oneFour.map { "\($0.scee)/\($0.scnb)" }.joined(separator: " "),
            ]
          }))
    }
    if !scans.isEmpty {
      parts.append(
        textTable(
          header: [
            "scan", "drives", "types", "made", "points", "from", "to", "spacing", "span kcal/mol", "forces",
          ],
          rows: scans.map {
            [
              $0.scan, joinedIndices($0.driven), $0.types.joined(separator: "-"), $0.making,
              "\($0.points)", decimal($0.from, 1), decimal($0.to, 1), decimal($0.spacing, 1),
              decimal($0.span, 3),
              $0.hasForces ? "yes" : "no",
            ]
          }))
      let aside = scans.flatMap { scan in scan.setAside.map { "set aside: \(scan.scan) \($0)" } }
      if !aside.isEmpty { parts.append(aside.joined(separator: "\n")) }
    }
    if !types.isEmpty {
      parts.append(
        textTable(
          header: [
            kind == "family" ? "fitted torsion" : "torsion", "periodicities", "molecules", "base",
            "expected contraction",
          ],
          rows: types.map {
            [
              $0.types.joined(separator: "-"), $0.periodicities.map(String.init).joined(separator: " "),
              $0.molecules.map(String.init) ?? "–", $0.baseDiffers == true ? "differs" : "",
              ($0.contractions ?? []).map { decimal($0, 2) }.joined(separator: " "),
            ]
          }))
    }
    if let identifiability {
      parts.append(
        textTable(
          header: ["bond", "constants", "directions told", "molecules", "least told direction"],
          rows: identifiability.classes.map { each in
            [
              each.bond, "\(each.parameters.count)", "\(each.determined)", "\(each.molecules)",
              leastToldDirection(each),
            ]
          })
          + "\nforecast at geometries relaxed under the base force field: a direction is told when data take away more than half of its prior variance"
      )
    }
    parts += notes.map { "note: \($0)" }
    return parts.joined(separator: "\n\n")
  }
}

struct TopologyInspection: Encodable {
  struct Divisors: Encodable { var scee: Double, scnb: Double }
  var id: String
  var atoms: Int, bonds: Int, angles: Int, torsions: Int, impropers: Int, pairs: Int
  var charge: Double
  var types: [String]
  var oneFour: [Divisors]

  init(_ topology: Topology, id: String) {
    self.id = id
    atoms = topology.atoms.count
    bonds = topology.bonds.count
    angles = topology.angles.count
    torsions = topology.torsions.count
    impropers = topology.impropers.count
    pairs = topology.pairs.count
    charge = topology.atoms.reduce(0) { $0 + $1.charge }
    types = Set(topology.atoms.map(\.type)).sorted()
    oneFour = topology.oneFourScalings.map { Divisors(scee: $0.coulombDivisor, scnb: $0.lennardJonesDivisor) }
  }
}

struct ScanInspection: Encodable {
  var scan: String
  var molecule: String?
  var driven: [Int]
  var types: [String]
  /// relaxed or rigid.
  var geometry: String
  /// Further dihedrals that are held.
  var held: [[Int]]
  /// The one of them over which a two-dimensional grid goes.
  var second: [Int]?
  var points: Int
  var from: Double, to: Double, spacing: Double?, span: Double
  var hasForces: Bool
  var setAside: [String]

  init(_ scan: Scan, molecule: String?, topology: Topology) {
    self.scan = scan.id
    self.molecule = molecule
    driven = scan.driven.atoms
    types = topology.type(of: scan.driven).types
    geometry = scan.geometry.rawValue
    held = scan.held.map(\.atoms)
    second = scan.second?.atoms
    points = scan.points.count
    let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) / Units.degree }.sorted()
    from = angles.first ?? 0
    to = angles.last ?? 0
    var steps = zip(angles.dropFirst(), angles).map { $0 - $1 }.sorted()
    // The values of a grid occur in every row.
    if second != nil { steps.removeAll { $0 < 2 } }
    spacing = steps.isEmpty ? nil : steps[steps.count / 2]
    let energies = scan.points.map(\.energy)
    span = (energies.max() ?? 0) - (energies.min() ?? 0)
    hasForces = scan.points.allSatisfy { $0.forces != nil }
    setAside = scan.setAside.map { "frame \($0.frame): \($0.reason)" }
  }

  /// "relaxed", "rigid", "2-D with 4-0-1-2", "4-0-1-2 held".
  var making: String {
    var words = geometry == "rigid" || held.isEmpty ? [geometry] : []
    if let second { words.append("2-D with \(joinedIndices(second))") }
    let others = held.filter { $0 != second }
    if !others.isEmpty { words.append(others.map(joinedIndices).joined(separator: " ") + " held") }
    return words.joined(separator: ", ")
  }
}

struct TypeInspection: Encodable {
  var types: [String]
  var periodicities: [Int]
  var molecules: Int?
  var baseDiffers: Bool?
  /// Expected before any fit, by periodicity; nil for anything but a family with scans.
  var contractions: [Double]?
}

/// The two largest components of the direction that the data tell least about.
private func leastToldDirection(_ each: IdentifiabilityRecord.BondClass) -> String {
  guard let last = each.directions.last else { return "" }
  let order = last.weights.indices.sorted { abs(last.weights[$0]) > abs(last.weights[$1]) }
  return order.prefix(2).map { "\(decimal(last.weights[$0], 2)) \(each.parameters[$0])" }.joined(
    separator: ", ")
}
