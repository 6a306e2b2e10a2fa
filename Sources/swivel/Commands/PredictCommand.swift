// swivel predict: torsion profile, barriers and rotamer populations of any molecule, with credible intervals.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import Mechanics
import ReportFiles
import Statistics
import TextFiles
import TorsionModel

struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Torsion profile, barriers and rotamer populations of a molecule under a report's posterior.",
    discussion: """
      Example:
        swivel predict reports/alkanes --topology heptane.prmtop --coordinates heptane.inpcrd --dihedral 0 1 2 3
        swivel predict reports/alkanes --topology heptane.prmtop --scan heptane.extxyz --json

      A molecule without stereocentres is its own mirror image: each point of its profile is the lower of two \
      relaxations, one \
      from the mirror image of the geometry on the other side. The profile of any other is one path along its \
      geometries.

      Bands hold the uncertainty of the force constants and the noise of the fit; intervals of barriers, minima and
      populations that of the force constants. The molecule is "inside" what the family covers when a fitted scan \
      drives a
      bond with the same atom types up to two bonds away, "near" when up to one, else "outside". Where the family's \
      torsions
      go by SMARTS, its patterns must match all torsions about the bond, and elements with their numbers of bonds \
      stand for types.
      """)

  @Argument(help: "A report folder, as `swivel fit` writes it.", completion: .directory) var report: String
  @OptionGroup var molecule: TopologyOptions
  @Option(help: "A scan whose geometries are taken; its energies are shown beside.", completion: .file())
  var scan: String?
  @Option(
    help:
      "How the geometries of --scan came about: relaxed, or rigid ones that are taken as given (default: as they tell)."
  )
  var geometry: ScanGeometry?
  @Option(
    parsing: .upToNextOption,
    help:
      "Dihedrals held beside the driven one of --scan, four atoms from 0 each (default: as its geometries tell)."
  )
  var held: [Int] = []
  @Option(
    help: "One geometry (XYZ, inpcrd, PDB, gro) that is turned about --dihedral to all multiples of 15°.",
    completion: .file())
  var coordinates: String?
  @Option(
    name: .customLong("dihedral"), parsing: .upToNextOption,
    help: "The driven dihedral, four atoms from 0 (0 1 2 3 or 0-1-2-3), with --coordinates.")
  var dihedralWords: [String] = []
  @OptionGroup var units: ScanUnitOptions
  @Flag(help: "Leave grid points of --scan out that are damaged, instead of stopping.") var setAside = false
  @Option(help: "Temperature of the populations, K.") var temperature = 298.15
  @Option(help: "Threads at most (default: all cores).")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "JSON instead of tables.") var json = false
  @Flag(help: "Print nothing but errors and JSON.") var quiet = false

  /// The atoms of --dihedral, as Swivel prints them too; -1 for what is no number.
  private var dihedral: [Int] {
    dihedralWords.flatMap { $0.split { "-, ".contains($0) }.map { Int($0) ?? -1 } }
  }

  func validate() throws {
    if (scan == nil) == (coordinates == nil) {
      throw ValidationError("give either --scan or --coordinates with --dihedral")
    }
    if scan == nil, geometry != nil || !held.isEmpty || setAside || units.isStated {
      throw ValidationError("--geometry, --held, --set-aside and units are of a --scan")
    }
    if held.count % 4 != 0 { throw ValidationError("--held needs four atoms a dihedral, from 0") }
    if coordinates != nil, dihedral.count != 4 {
      throw ValidationError("--dihedral needs four atoms, from 0")
    }
    if !(temperature > 0 && temperature.isFinite) { throw ValidationError("--temperature must be positive") }
    if !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 … 1024") }
  }

  func run() async throws {
    try requireReport(report)
    let summary = try Summary(readingFrom: "\(report)/summary.json")
    let molecule = try self.molecule.read(matching: (summary.smartsTypes ?? []).map(\.smarts)).spelled(
      like: summary.atomTypes)
    let parameters = summary.fittedParameters.map(\.parameter)
    let draws = drawsForBands(try posteriorDraws(of: report, summary))
    let scan = try input(molecule)
    let profile = try await PredictedProfile(
      of: molecule, driven: scan.driven, geometries: scan.points.map(\.coordinates), held: scan.held,
      second: scan.second, relaxes: scan.geometry == .relaxed, parameters: parameters,
      kept: summary.keptTerms, draws: draws, relaxation: try RelaxationOptions(ofReport: report),
      threads: threads)
    let noise = summary.model.scales.first { $0.name == ScaleRole.noise(.energy).name }?.mean ?? 0
    let prediction = PredictionRecord(
      report: report, topology: self.molecule.topology, scan: scan, hasQM: self.scan != nil,
      molecule: molecule, summary: summary, profile: profile, noise: noise, temperature: temperature)
    if json {
      print(try jsonText(prediction), terminator: "")
    } else if !quiet {
      print(prediction.text)
    }
  }

  /// The scan to predict: one that was read, or one without energies, of a geometry turned about --dihedral.
  private func input(_ molecule: Topology) throws -> Scan {
    if let scan {
      return try readScan(
        scan, topology: molecule, geometry: geometry,
        held: held.isEmpty
          ? nil
          : stride(from: 0, to: held.count, by: 4).map {
            Quartet(held[$0], held[$0 + 1], held[$0 + 2], held[$0 + 3])
          }, energyUnit: units.energy, forceUnit: units.force,
        options: FamilyOptions(setAsideBadPoints: setAside))
    }
    let path = coordinates ?? ""
    guard let start = try readCoordinates(path, topology: molecule).first else {
      throw InputError(SourcePlace(file: path), "holds no geometry")
    }
    let count = molecule.atoms.count
    guard dihedral.allSatisfy((0..<count).contains), Set(dihedral).count == 4 else {
      throw InputError(
        nil,
        "--dihedral \(dihedral.map(String.init).joined(separator: " ")) is not four of the atoms 0 … \(count - 1)",
        hint: "atoms are counted from 0, in the topology's order")
    }
    let driven = Quartet(dihedral[0], dihedral[1], dihedral[2], dihedral[3])
    let graph = molecule.bondGraph
    guard graph.neighbours[driven.j].contains(driven.k), graph.neighbours[driven.i].contains(driven.j),
      graph.neighbours[driven.k].contains(driven.l)
    else {
      throw InputError(
        nil, "the atoms of --dihedral are not bonded one to the next",
        hint: "`swivel inspect` lists the bonds")
    }
    guard let side = graph.side(of: driven.k, awayFrom: driven.j) else {
      throw InputError(
        nil, "the bond \(driven.j)–\(driven.k) is in a ring and cannot be turned",
        hint: "give a scan with --scan")
    }
    let axis = (start[driven.k] - start[driven.j]).normalized
    // To multiples of 15°, so that every angle has its mirror image on the grid.
    let angle = dihedralAngle(driven, in: start)
    guard angle.isFinite else {
      throw InputError(
        SourcePlace(file: path), "three atoms of --dihedral lie on a line, about which nothing turns",
        hint: "give another dihedral about a bond that turns")
    }
    let offset = (angle / (15 * Units.degree)).rounded() * 15 * Units.degree - angle
    let geometries = (0..<24).map { step -> [Vector3] in
      var turned = start
      for atom in side {
        turned[atom] = rotated(
          start[atom], about: axis, through: start[driven.j], by: Double(step) * 15 * Units.degree + offset)
      }
      return turned
    }
    return Scan(
      id: path, driven: driven,
      points: geometries.enumerated().map {
        GridPoint(coordinates: $0.element, energy: 0, forces: nil, frame: $0.offset + 1)
      })
  }
}

extension ScanGeometry: ExpressibleByArgument {}
