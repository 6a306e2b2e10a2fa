// swivel propose: which dihedral to scan next, by what it would tell.

import Acquisition
import ArgumentParser
import Chemistry
import ForceFieldFiles
import Foundation
import ReportFiles
import Statistics
import TextFiles
import TorsionModel

struct ProposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "propose",
    abstract: "Rank scans that are not computed yet by what they would tell about the force constants.",
    discussion: """
      Example:
        swivel prepare more.smi --output families/pool --all-bonds
        swivel propose reports/mine --candidates families/pool --count 3
        swivel propose reports/mine --candidates families/pool --about c3-c3-ns-c --output families/next

      The gain is the expected information of a scan's energies and torques in the linear model, in nats: half the log \
      determinant ratio of the posterior covariance, before the scan is made. After the best comes the one that adds \
      most to \
      it, so that what two scans share counts once. Torsion types that the report does not have enter with the mean \
      prior \
      of those it has. Geometries are turned rigidly.
      """)

  @Argument(help: "A report folder, as `swivel fit` writes it.", completion: .directory) var report: String
  @Option(
    parsing: .upToNextOption, help: "Prepared families: every dihedral of their drives.json is a candidate.",
    completion: .family)
  var candidates: [String]
  @Option(help: "Scans to choose.") var count = 5
  @Option(help: "Gain about this torsion type only, such as c3-c3-ns-c.") var about: String?
  @Option(help: "What a scan costs: size (the square of its atoms) or scan (all the same).")
  var cost = ScanCost.size
  @Option(help: "Write the chosen scans as a family to this folder, for acquire.", completion: .directory)
  var output: String?
  @Flag(help: "JSON instead of the table.") var json = false
  @Flag(help: "Print nothing but errors.") var quiet = false

  func validate() throws {
    if candidates.isEmpty { throw ValidationError("--candidates needs a prepared family") }
    if !(1...1000).contains(count) { throw ValidationError("--count must be 1 … 1000") }
  }

  func run() throws {
    try requireReport(report)
    if let output { try requireFolders((output, "families")) }
    let summary = try Summary(readingFrom: "\(report)/summary.json")
    let pool = try readPool(summary)
    let choice = try ScanChoice(summary: summary, draws: try posteriorDraws(of: report, summary), pool: pool)
    let columns = try about.map { try choice.columns(of: $0) }
    let chosen = choice.greedy(count: count, about: columns, cost: cost)
    guard !chosen.isEmpty else {
      throw InputError(nil, "no candidate tells anything", hint: "are all of them in the report already?")
    }
    if let output { try write(chosen.map(\.candidate), to: output) }
    if json {
      print(try jsonText(ProposalRecord(chosen)), terminator: "")
    } else if !quiet {
      print(
        textTable(
          header: ["molecule", "dihedral", "gain alone", "gain added", "cost", "new types"],
          rows: chosen.map {
            [
              $0.candidate.molecule.id, joinedIndices($0.candidate.quartet.atoms), decimal($0.alone, 2),
              decimal($0.added, 2), decimal($0.cost, 2), "\($0.candidate.newTypes.count)",
            ]
          }))
      if let output { print("\nwrote \(output)/drives.json") }
      print(
        nextStepsText([
          output.map { NextStep(["acquire", $0], "the quantum chemistry of these") }
            ?? NextStep(
              ["propose", report, "--candidates"] + candidates + [
                "--count", "\(count)", "--output", "proposed",
              ],
              "these as a family that acquire takes")
        ]))
    }
  }

  /// Every dihedral of the candidates that the report has no scan of.
  private func readPool(_ summary: Summary) throws -> [ScanCandidate] {
    let known = Set(summary.parameters.map(\.type))
    return try candidates.flatMap { argument -> [ScanCandidate] in
      let folder = try familyFolder(argument)
      let list = try DriveList(readingFrom: folder)
      return try list.molecules.flatMap { molecule -> [ScanCandidate] in
        let topology = try preparedTopology(of: molecule, of: list, in: folder)
        return molecule.drives.compactMap { drive in
          let quartet = Quartet(drive.quartet[0], drive.quartet[1], drive.quartet[2], drive.quartet[3])
          let isScanned = summary.scans.contains {
            $0.molecule == molecule.id && $0.driven.count == 4
              && BondIndex($0.driven[1], $0.driven[2]) == quartet.centralBond
          }
          guard !isScanned else { return nil }
          let types = topology.torsions.filter { $0.quartet.centralBond == quartet.centralBond }
            .map { topology.type(of: $0.quartet) }
          return ScanCandidate(
            folder: folder, list: list, molecule: molecule, drive: drive, quartet: quartet,
            topology: topology,
            newTypes: Array(Set(types).subtracting(known)).sorted())
        }
      }
    }
  }

  /// The chosen scans as a family of their own.
  private func write(_ chosen: [ScanCandidate], to output: String) throws {
    guard let first = chosen.first else { return }
    var molecules: [DriveList.Molecule] = []
    for candidate in chosen {
      if let index = molecules.firstIndex(where: { $0.id == candidate.molecule.id }) {
        guard molecules[index].key == candidate.molecule.key else {
          throw InputError(
            nil, "two candidates of different families are called \(candidate.molecule.id)",
            hint: "rename one, or propose from one family at a time")
        }
        molecules[index].drives.append(candidate.drive)
        continue
      }
      var molecule = candidate.molecule
      molecule.drives = [candidate.drive]
      for file in [molecule.topology, molecule.structure, candidate.drive.picture].compactMap({ $0 }) {
        try writeAtomically(try readBytes("\(candidate.folder)/\(file)"), to: "\(output)/\(file)")
      }
      molecules.append(molecule)
    }
    let list = DriveList(
      name: familyName(ofFolder: output), base: first.list.base, spacing: first.list.spacing,
      versions: first.list.versions, torsions: rules(of: chosen), molecules: molecules)
    try writeAtomically(try list.text(), to: "\(output)/drives.json")
    try writeAtomically(list.manifest(level: nil, scans: [:]), to: "\(output)/family.yaml")
  }
}

/// The SMARTS of the families that scans were chosen from, in their orders; nil where torsions go by types.
private func rules(of chosen: [ScanCandidate]) -> [String]? {
  var seen: Set<String> = []
  let all = chosen.flatMap { $0.list.torsions ?? [] }.filter { seen.insert($0).inserted }
  return all.isEmpty ? nil : all
}

/// What `--json` prints.
private struct ProposalRecord: Encodable {
  struct Scan: Encodable {
    var molecule: String
    var dihedral: [Int]
    var gainAlone: Double
    var gainAdded: Double
    var cost: Double
    var newTypes: [String]

    enum CodingKeys: String, CodingKey {
      case molecule, dihedral, cost
      case gainAlone = "gain_alone"
      case gainAdded = "gain_added"
      case newTypes = "new_types"
    }
  }
  var schema = "swivel.proposal/1"
  var scans: [Scan]

  init(_ chosen: [ChosenScan]) {
    scans = chosen.map {
      Scan(
        molecule: $0.candidate.molecule.id, dihedral: $0.candidate.quartet.atoms, gainAlone: $0.alone,
        gainAdded: $0.added, cost: $0.cost, newTypes: $0.candidate.newTypes.map(\.label))
    }
  }
}
