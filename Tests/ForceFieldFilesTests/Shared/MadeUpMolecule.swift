// The made-up force fields of Tests/Fixtures: texts to damage, geometries, and the engines' energies.

import Chemistry
import Foundation
import Mechanics
import Support
import TextFiles

@testable import ForceFieldFiles

/// N-methylacetamide under made-up force fields (Tests/Fixtures/make_fixtures.py).
enum MadeUpMolecule {
  static let folder = "\(Folders.root)/Tests/Fixtures"

  /// Energies by term, kcal/mol.
  struct Terms: Decodable {
    var bond: Double, angle: Double, dihedral: Double, improper: Double, lj: Double, coulomb: Double
  }

  /// What the engines gave: OpenMM 8.6.1; LAMMPS 29 Sep 2021 (charmm, opls) and 22 Jul 2025 (class2).
  static func energies(_ key: String) throws -> [Terms] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/energies.json"))
    return try JSONDecoder().decode([String: [Terms]].self, from: data)[key] ?? []
  }

  static func frames() throws -> [[Vector3]] {
    let lines = try readText("\(folder)/nma.xyz").split(separator: "\n")
    return stride(from: 0, to: lines.count, by: 14).map { start in
      lines[(start + 2)..<(start + 14)].map { line in
        let v = line.split(separator: " ").dropFirst().map { Double($0)! }
        return Vector3(v[0], v[1], v[2])
      }
    }
  }

  /// The largest difference of a term between a topology and an engine, relative where the energy is above 1 kcal/mol.
  static func largestDifference(_ topology: Topology, _ key: String, coulomb: Double = 1) throws -> Double {
    let model = EnergyModel(topology)
    var largest = 0.0
    for (frame, terms) in zip(try frames(), try energies(key)) {
      let e = model.energyAndForces(of: frame).energy
      for (a, b) in [
        (e.bond, terms.bond), (e.angle, terms.angle), (e.torsion, terms.dihedral),
        (e.improper, terms.improper),
        (e.lennardJones, terms.lj), (e.coulomb * coulomb, terms.coulomb),
      ] { largest = max(largest, abs(a - b) / max(1, abs(b))) }
    }
    return largest
  }

  /// The largest difference of a term between two topologies; torsions and impropers together.
  static func largestDifference(_ a: Topology, _ b: Topology, coulomb: Double = 1) throws -> Double {
    try zip(frames().map(EnergyModel(a).energyAndForces), frames().map(EnergyModel(b).energyAndForces)).map {
      let (x, y) = ($0.energy, $1.energy)
      return [
        x.bond - y.bond, x.angle - y.angle, x.torsion + x.improper - y.torsion - y.improper,
        x.lennardJones - y.lennardJones, x.coulomb * coulomb - y.coulomb,
      ].map(abs).max() ?? 0
    }.max() ?? 0
  }

  /// Every text with one line cut off at its half and those below gone, and every text with one number made a word
  /// or a number out of range.
  static func damaged(_ text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var result: [String] = []
    for (index, line) in lines.enumerated() where !line.isEmpty {
      let cut = String(line.prefix(line.count / 2))
      result.append((lines[..<index] + [cut]).joined(separator: "\n"))
      if let number = line.firstRange(of: /[0-9.]+/) {
        for word in ["word", "-7", "nan", "99999999999999999999"][(index % 2 * 2)...].prefix(2) {
          result.append(
            (lines[..<index] + [line.replacingCharacters(in: number, with: word)] + lines[(index + 1)...])
              .joined(separator: "\n"))
        }
      }
    }
    return result
  }

  /// Nothing in a topology is other than finite.
  static func isSound(_ t: Topology) -> Bool {
    t.bonds.allSatisfy { $0.forceConstant.isFinite && $0.length.isFinite }
      && t.angles.allSatisfy { $0.forceConstant.isFinite && $0.angle.isFinite }
      && (t.torsions + t.impropers).allSatisfy {
        $0.terms.allSatisfy { $0.forceConstant.isFinite && $0.phase.isFinite }
      }
      && t.pairs.allSatisfy { $0.repulsion.isFinite && $0.dispersion.isFinite && $0.coulomb.isFinite }
  }
}
