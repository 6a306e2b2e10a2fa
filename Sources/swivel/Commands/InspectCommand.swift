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
        swivel inspect scan.log
        swivel inspect butane-0-1-2-3.extxyz --topology butane.prmtop
        swivel inspect families/alkanes --qm-torsions alkanes.json   its scans for yammbs
      """)

  @Argument(
    help: "A family, a topology, a file or folder of scans, or a file of torsion parameters.",
    completion: .file())
  var path: String
  @Option(
    help: "The topology that a scan belongs to: it is then read and checked as `fit` would.",
    completion: .file())
  var topology: String?
  @Option(
    parsing: .upToNextOption,
    help:
      """
      Files that the topology needs beside it: CHARMM parameters, a LAMMPS input, a Tinker prm, names for \
      an OpenMM System.
      """,
    completion: .file()
  )
  var topologyParameters: [String] = []
  @Option(
    help:
      """
      Write a family's scans to this file as yammbs' qm_torsions (JSON; Å, kcal/mol; SMILES with numbered \
      atoms, for which family.yaml states smiles: or structure:).
      """,
    completion: .file())
  var qmTorsions: String?
  @OptionGroup var units: ScanUnitOptions
  @Flag(help: "JSON instead of tables.") var json = false
  @Flag(help: "Name bad grid points and molecules, leave them out and go on.") var setAside = false
  @Flag(help: "Print nothing; the exit code says whether it can be read.") var quiet = false

  func run() async throws {
    let description = try await describe()
    if quiet { return }
    print(json ? try jsonText(description) : description.text, terminator: json ? "" : "\n")
    let steps = nextSteps(description)
    if !json, !steps.isEmpty { print("\n" + nextStepsText(steps)) }
  }

  /// What to do with what was inspected.
  private func nextSteps(_ description: Inspection) -> [NextStep] {
    let option = setAside ? ["--set-aside"] : []
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    let beside = { (name: String) in slash == nil ? name : "\(folder)/\(name)" }
    switch description.kind {
    case "family" where !description.scans.isEmpty:
      return [NextStep(["fit", path] + option, "the fit; report and parameter files")]
    case "parameters": return [NextStep(["audit", path], "whether its numbers are sane")]
    case "scan":
      guard topology?.hasPrefix(slash == nil ? "" : folder + "/") == true,
        !FileManager.default.fileExists(atPath: beside("family.yaml"))
      else { return [] }
      return [NextStep(["init", folder] + option, "a family.yaml of the scans and topologies beside it")]
    case "scan file":
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      guard let found = findTopologies(among: names.sorted(), in: folder).first else {
        return [NextStep(["init", folder], "a family.yaml, once its topology lies beside it")]
      }
      let more =
        found.parameters.isEmpty ? [] : ["--topology-parameters"] + found.parameters.map(beside)
      return [
        NextStep(
          ["inspect", path, "--topology", beside(found.path)] + more, "read and checked as a fit would")
      ]
    default: return []
    }
  }

  private func describe() async throws -> Inspection {
    if qmTorsions != nil {
      guard topology == nil else {
        throw InputError(nil, "--qm-torsions is for a family", hint: "swivel init FOLDER makes one of scans")
      }
      try requireFamily()
      return try await describeFamily()
    }
    if let topology {
      let molecule = try readTopology(topology, parameters: topologyParameters).topology
      let scan = try readScan(
        path, topology: molecule, energyUnit: units.energy, forceUnit: units.force,
        options: FamilyOptions(setAsideBadPoints: setAside))
      return Inspection(
        kind: "scan", scans: [ScanInspection(scan, molecule: nil, topology: molecule)],
        notes: scan.notes.map(\.words))
    }
    // Topologies and parameters are small; a large file is none, and is not read for them.
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    let isLarge = size > 64 << 20
    if !isLarge, size > 0, let text = try? readText(path), let foreign = ForeignForceField(text) {
      throw InputError(
        SourcePlace(file: path), "is of the force field \(foreign.rawValue): it has \(foreign.reason)",
        hint:
          "Swivel fits torsions of fixed-charge force fields, such as GAFF, AMBER, CHARMM, OPLS-AA and OpenFF Sage"
      )
    }
    if !isLarge, (try? isTopology(path)) == true {
      let topology = try readTopology(path, parameters: topologyParameters).topology
      return Inspection(
        kind: "topology", topologies: [TopologyInspection(topology, id: path)],
        atoms: AtomsInspection(topology), notes: topology.hasTypePerAtom ? [typePerAtomNote([path])] : [])
    }
    // AMBER's .dat are parameters; ORCA's are scans.
    if !isLarge, isParameterFile(path), !(path.hasSuffix(".dat") && isScanFile(path)) {
      let parameters = try readTorsionParameters(path)
      return Inspection(
        kind: "parameters",
        types: parameters.terms.keys.sorted().map { type in
          TypeInspection(
            types: type.types, periodicities: parameters.terms[type]!.map(\.periodicity), molecules: nil,
            baseDiffers: nil)
        })
    }
    if !FileManager.default.fileExists(atPath: "\(path)/family.yaml"), isScanFile(path) {
      let scans = try scanFileFacts(path, energyUnit: units.energy, forceUnit: units.force)
      return Inspection(kind: "scan file", scanFiles: scans.map(ScanFileInspection.init))
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue, size > 0,
      !path.hasSuffix(".yaml"), !path.hasSuffix(".yml")
    {
      throw InputError(
        SourcePlace(file: path), "is no family.yaml, topology, scan or parameter file that Swivel reads",
        hint: scanFormatHint)
    }
    return try await describeFamily()
  }

  /// Whether the path can be that of a family.
  /// - Throws: `InputError` that says what it is instead.
  private func requireFamily() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
      !path.hasSuffix(".yaml"), !path.hasSuffix(".yml")
    else { return }
    let kind =
      (try? isTopology(path)) == true
      ? "a topology" : isScanFile(path) ? "a file of scans" : isParameterFile(path) ? "a parameter file" : "no family"
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    throw InputError(
      SourcePlace(file: path), "is \(kind), and --qm-torsions writes the scans of a family",
      hint: "`swivel init \(folder)` makes a family.yaml of topologies and scans in a folder; then inspect \(folder)")
  }

  private func describeFamily() async throws -> Inspection {
    let loaded = try loadFamily(path, setAside: setAside)
    var inspection = Inspection(loaded)
    if let qmTorsions {
      let written = try yammbsDataset(of: loaded.family, structures: loaded.structures)
      try writeAtomically(jsonText(written.dataset), to: qmTorsions)
      inspection.notes += written.notes.map { "not in \(qmTorsions): \($0)" }
      inspection.notes.append("wrote \(written.dataset.scanCount) scans to \(qmTorsions)")
    }
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
    case kind, name, topologies, scans, types, notes, identifiability, atoms
    case levelOfTheory = "level_of_theory"
    case scanFiles = "scan_files"
  }
  var kind: String
  var name: String?
  var levelOfTheory: String?
  var topologies: [TopologyInspection] = []
  /// Of a single topology.
  var atoms: AtomsInspection?
  var scanFiles: [ScanFileInspection] = []
  var scans: [ScanInspection] = []
  var types: [TypeInspection] = []
  /// What the data can tell before any fit; nil for anything but a family with scans.
  var identifiability: IdentifiabilityRecord?
  var notes: [String] = []
}

extension Inspection {
  init(_ loaded: LoadedFamily) {
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
            + """
            : topologies of different force fields may be mixed (parmchk2 with `-s gaff2` takes GAFF or GAFF2 \
            at random; `-s 2` does not)
            """
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
    if let atoms { parts += atoms.tables }
    parts += scanFiles.map(\.text)
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
            + """
            \nforecast at geometries relaxed under the base force field: a direction is told when data take \
            away more than half of its prior variance
            """
      )
    }
    parts += notes.map { "note: \($0)" }
    return parts.joined(separator: "\n\n")
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
