// Every reader of files, by a name, with files to begin from: what the fuzzers and the corpus of crashes go through.

import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import Support
import TextFiles

/// A reader under whatever bytes: it reads them, or refuses them with an `InputError`.
public struct HostileReader: Sendable {
  /// "amber-topology".
  public let name: String
  /// Files of the repository to begin from.
  public let seeds: [String]
  /// What the file under test is called: some formats are told by that.
  private let file: String
  /// Files of the repository that stand beside it, under their own names.
  private let beside: [String]
  private let read: @Sendable (String) throws -> Void

  init(
    _ name: String, _ file: String, seeds: [String], beside: [String] = [],
    read: @escaping @Sendable (String) throws -> Void
  ) {
    (self.name, self.file, self.seeds, self.beside, self.read) = (name, file, seeds, beside, read)
  }

  /// Puts what stands beside the file into a folder.
  public func prepare(_ folder: String) throws {
    for path in beside {
      let target = "\(folder)/\(URL(fileURLWithPath: path).lastPathComponent)"
      guard !FileManager.default.fileExists(atPath: target) else { continue }
      try FileManager.default.copyItem(atPath: "\(Folders.root)/\(path)", toPath: target)
    }
  }

  /// Reads bytes in a folder that is prepared.
  /// - Throws: what is no `InputError`, which no reader may throw, and an `InputError` that says nothing.
  public func read(_ bytes: [UInt8], in folder: String) throws {
    let path = "\(folder)/\(file)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    do {
      try read(path)
    } catch let error as InputError {
      if error.message.isEmpty { throw error }
      // Words with the line and the caret are made of the file too.
      if error.descriptionWithExcerpt.isEmpty { throw error }
    }
  }

  /// All of them.
  public static let all: [HostileReader] =
    scans + topologies + parameters + records

  /// The reader of a name.
  public static func named(_ name: String) -> HostileReader? { all.first { $0.name == name } }
}

extension HostileReader {
  private static let fixtures = "Tests/Fixtures"
  private static let peroxide = try? readAmberTopology("\(Folders.root)/\(fixtures)/scans/peroxide.prmtop")

  private static func readAsScan(_ path: String) throws {
    guard let peroxide else { return }
    _ = isScanFile(path)
    _ = try? scanFileFacts(path)
    _ = try readScan(
      path, topology: peroxide, energyUnit: .hartree, forceUnit: .hartreePerBohr,
      options: FamilyOptions(setAsideBadPoints: true))
  }

  private static let scans: [HostileReader] = [
    HostileReader(
      "scans", "scan.dat",
      seeds: [
        "angles.csv", "ase-db.json", "ase.extxyz", "ase.traj", "conformers.sdf", "crest_ensemble.xyz",
        "gaussian-relaxed.log", "gaussian.fchk", "models.pdb", "orca/peroxide.out", "orca_trj.xyz",
        "paramfit.mdcrd", "psi4-gradient.json", "qcengine-gradient.json", "qcportal-record.json",
        "xtb/grad/03/frame.engrad", "xtb/grad/03/gradient", "yammbs.json",
      ].map { "\(fixtures)/scans/\($0)" }, read: readAsScan),
    HostileReader(
      "packed-scans", "scan.xyz.gz",
      seeds: ["scan.extxyz.gz", "psi4-single.out.gz"].map { "\(fixtures)/scans/\($0)" }, read: readAsScan),
    HostileReader(
      "coordinates", "start.xyz", seeds: ["orca_trj.xyz", "models.pdb"].map { "\(fixtures)/scans/\($0)" }
    ) {
      if let peroxide { _ = try readCoordinates($0, topology: peroxide) }
    },
    HostileReader(
      "manifest", "family.yaml",
      seeds: ["\(fixtures)/clash/family.yaml", "families/alkanes/family.yaml"],
      beside: ["\(fixtures)/clash/dichlorobiphenyl.prmtop", "\(fixtures)/clash/dichlorobiphenyl.extxyz"]
    ) {
      _ = try readFamily(path: $0) { path, parameters in
        let loaded = try readTopology(path, parameters: parameters)
        return (loaded.topology, loaded.files)
      }
    },
  ]

  private static let topologies: [HostileReader] = [
    HostileReader("amber-topology", "molecule.prmtop", seeds: ["\(fixtures)/scans/peroxide.prmtop"]) {
      _ = try readTopology($0)
    },
    HostileReader(
      "gromacs-topology", "molecule.top", seeds: ["\(fixtures)/gromacs/mixed.top"],
      beside: ["\(fixtures)/gromacs/rules.itp"]
    ) {
      _ = try readGromacsTopology($0)
    },
    HostileReader("openmm-system", "system.xml", seeds: ["\(fixtures)/openmm/amide.xml"]) {
      _ = try readOpenMMSystem($0, names: [])
    },
    HostileReader(
      "charmm-structure", "nma.psf", seeds: ["\(fixtures)/charmm/nma.psf"],
      beside: ["base.prm", "base.rtf", "more.str"].map { "\(fixtures)/charmm/\($0)" }
    ) { path in
      _ = try readCharmmTopology(path, parameters: beside(path, ["base.rtf", "base.prm", "more.str"]))
    },
    HostileReader(
      "charmm-parameters", "base.prm", seeds: ["\(fixtures)/charmm/base.prm"],
      beside: ["nma.psf", "base.rtf", "more.str"].map { "\(fixtures)/charmm/\($0)" }
    ) { path in
      _ = try readCharmmTopology(
        beside(path, ["nma.psf"])[0], parameters: beside(path, ["base.rtf", "base.prm", "more.str"]))
    },
    HostileReader(
      "lammps-data", "charmm.data",
      seeds: ["\(fixtures)/lammps/charmm.data", "\(fixtures)/lammps/class2.data"],
      beside: ["\(fixtures)/lammps/charmm.in"]
    ) { path in _ = try readLammpsTopology(path, input: beside(path, ["charmm.in"])) },
    HostileReader(
      "lammps-input", "charmm.in", seeds: ["\(fixtures)/lammps/charmm.in", "\(fixtures)/lammps/opls.in"],
      beside: ["\(fixtures)/lammps/charmm.data"]
    ) { path in _ = try readLammpsTopology(beside(path, ["charmm.data"])[0], input: [path]) },
    HostileReader(
      "tinker-coordinates", "amide.xyz", seeds: ["\(fixtures)/tinker/amide.xyz"],
      beside: ["\(fixtures)/tinker/amber.prm"]
    ) { path in _ = try readTinkerTopology(path, parameters: beside(path, ["amber.prm"])) },
    HostileReader(
      "tinker-parameters", "amber.prm",
      seeds: ["amber.prm", "opls.prm", "charmm.prm"].map { "\(fixtures)/tinker/\($0)" },
      beside: ["\(fixtures)/tinker/amide.xyz"]
    ) { path in _ = try readTinkerTopology(beside(path, ["amide.xyz"])[0], parameters: [path]) },
    HostileReader(
      "any-topology", "molecule", seeds: ["\(fixtures)/tinker/amide.xyz", "\(fixtures)/charmm/nma.psf"]
    ) {
      _ = try readTopology($0)
    },
  ]

  /// Files in the folder of another.
  private static func beside(_ path: String, _ names: [String]) -> [String] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return names.map { "\(folder)/\($0)" }
  }

  /// Files of torsion parameters, in every format that Swivel writes.
  private static let parameters: [HostileReader] = ParameterFormat.oneAPackage.map { format in
    let ending = format.fileExtension
    return HostileReader(
      "parameters-\(ending)", "own.\(ending)", seeds: ["forcefields/esters/esters.\(ending)"]
    ) {
      _ = try? readTorsionParameters($0)
      _ = try? readTermRemarks($0)
      _ = try auditParameterFile($0)
    }
  }

  /// What Swivel writes and reads again.
  private static let records: [HostileReader] = [
    HostileReader("json", "any.json", seeds: ["forcefields/esters/parameters.json"]) {
      _ = try parseJSON(try readUTF8($0), file: $0)
    },
    HostileReader("summary", "summary.json", seeds: ["reports/esters/summary.json"]) {
      _ = try Summary(readingFrom: $0)
      _ = try ComparedRun(readingFrom: $0)
    },
    HostileReader("baseline", "baseline.json", seeds: ["families/esters/baseline.json"]) {
      _ = try Baseline(readingFrom: $0)
      _ = try ComparedRun(readingFrom: $0)
    },
    HostileReader("run", "run.json", seeds: ["reports/esters/run.json"]) {
      _ = try RunRecord(readingFrom: $0)
    },
    HostileReader("draws", "posterior.csv", seeds: ["\(fixtures)/draws/posterior.csv"]) {
      _ = try readPosteriorTable($0, labels: ["a n=1", "a n=2"])
    },
  ]
}
