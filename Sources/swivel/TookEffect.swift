// The energy in the header of a parameter file by which a user sees that it took effect.

import Chemistry
import FamilyFiles
import Mechanics
import TextFiles

extension LoadedFamily {
  /// The geometry of the family on which the parameters change the torsion energy most, if its file can be given to
  /// `swivel energy`.
  func proof(of parameters: TorsionParameters) -> TorsionProof? {
    family.molecules.flatMap {
      molecule -> [(by: Double, proof: TorsionProof, molecule: Molecule, point: GridPoint)] in
      guard let files = files[molecule.id] else { return [] }
      let base = EnergyModel(molecule.topology)
      let fitted = EnergyModel(parameters.applied(to: molecule.topology))
      var options = "-t \(files.topology)"
      if !files.parameters.isEmpty {
        options += " -f \(files.parameters.joined(separator: " "))"
      }
      let orders = files.structure.map { "-m \($0)" } ?? files.smiles.map { "-s '\($0)'" }
      if !molecule.topology.patterns.isEmpty, let orders { options += " \(orders)" }
      return molecule.scans.flatMap { scan in
        scan.points.compactMap { point in
          let (a, b) = (
            base.energy(of: point.coordinates).torsion,
            fitted.energy(of: point.coordinates).torsion
          )
          guard a.isFinite, b.isFinite else { return nil }
          return (
            abs(b - a),
            TorsionProof(
              topology: options, coordinates: scan.id, frame: point.frame, fitted: b, base: a,
              bondOrders: molecule.topology.patterns.isEmpty ? orders : ""), molecule, point
          )
        }
      }
    }.sorted { $0.by > $1.by }.first { isReadable($0.proof, as: $0.point, of: $0.molecule) }?.proof
  }

  /// Whether `swivel energy` reads the frame of a proof, with atoms in this order.
  private func isReadable(_ proof: TorsionProof, as point: GridPoint, of molecule: Molecule) -> Bool {
    guard let frames = try? readCoordinates(path(proof.coordinates), topology: molecule.topology),
      frames.indices.contains(proof.frame - 1)
    else { return false }
    return zip(frames[proof.frame - 1], point.coordinates).allSatisfy { ($0 - $1).norm < 1e-6 }
  }
}
