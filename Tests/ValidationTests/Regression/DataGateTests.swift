// The gates that name changed numbers: each planted change is named with its place, old and new value.

import Chemistry
import SyntheticFamilies
import Testing
import TorsionModel

@testable import Validation

@Suite struct DataGateTests {
  private static let family = SyntheticFamily(
    carbons: [4, 5], points: 12, energyNoise: 0.1, forceNoise: 0.5, seed: 3
  ).family()

  /// The failures after a change of the family.
  private func failures(after change: (inout Family) -> Void) -> [RegressionFailure] {
    var family = Self.family
    change(&family)
    return dataFailures(from: DataDigest(Self.family), to: DataDigest(family))
  }

  private func expectOne(
    _ gate: RegressionFailure.Gate, _ subject: String, _ words: [String], after change: (inout Family) -> Void
  ) {
    let found = failures(after: change)
    #expect(found.count == 1 && found.first?.gate == gate && found.first?.subject == subject, "\(found)")
    for word in words { #expect(found.first?.message.contains(word) ?? false, "\(word): \(found)") }
  }

  @Test func anUnchangedFamilyIsSilent() {
    #expect(failures { _ in }.isEmpty)
    // Energies on another zero are the same energies.
    #expect(
      failures { family in
        for index in family.molecules[0].scans[0].points.indices {
          family.molecules[0].scans[0].points[index].energy += 7
        }
      }.isEmpty)
  }

  @Test func forceFieldTermsAreNamed() {
    let (molecule, other) = (Self.family.molecules[0].id, Self.family.molecules[1].id)
    let charge = Self.family.molecules[0].topology.atoms[2].charge
    expectOne(.base, molecule, ["\(molecule): the charge of atom 2 changed by +0.05"]) {
      $0.molecules[0].topology.atoms[2].charge = charge + 0.05
    }
    expectOne(.base, molecule, ["bond c3-c3: the force constant changed by +10", "kcal/mol/Å²"]) { family in
      for index in family.molecules[0].topology.bonds.indices {
        let bond = family.molecules[0].topology.bonds[index]
        let topology = family.molecules[0].topology
        guard topology.atoms[bond.i].type == "c3" && topology.atoms[bond.j].type == "c3" else { continue }
        family.molecules[0].topology.bonds[index].forceConstant += 10
      }
    }
    // The same change in both molecules is one failure; every pair changed, one is named.
    expectOne(.base, molecule, ["\(molecule) and 1 other molecule: pair", "and others of its kind"]) {
      family in
      for m in family.molecules.indices {
        for index in family.molecules[m].topology.pairs.indices {
          family.molecules[m].topology.pairs[index].repulsion *= 1.02
          family.molecules[m].topology.pairs[index].dispersion *= 1.02
        }
      }
    }
    expectOne(.base, other, ["\(other): torsion c3-c3-c3-c3 n=1", "changed by +0.1, from"]) { family in
      for index in family.molecules[1].topology.torsions.indices {
        let topology = family.molecules[1].topology
        guard topology.type(of: topology.torsions[index].quartet) == TorsionType("c3", "c3", "c3", "c3")
        else {
          continue
        }
        for term in topology.torsions[index].terms.indices
        where topology.torsions[index].terms[term].periodicity == 1 {
          family.molecules[1].topology.torsions[index].terms[term].forceConstant += 0.1
        }
      }
    }
  }

  @Test func gridPointsAreNamed() {
    let scan = DataDigest(Self.family).scans[0]
    let angle = Int(scan.angles[3].rounded())
    let words = "at \(angle)° changed by +0.3 kcal/mol"
    expectOne(.data, scan.label, ["QM's energy \(words)"]) {
      $0.molecules[0].scans[0].points[3].energy += 0.3
    }
    // Also where it is the zero of the scan.
    let lowest = scan.energies.firstIndex(of: 0)!
    expectOne(.data, scan.label, ["changed by +0.5 kcal/mol"]) {
      $0.molecules[0].scans[0].points[lowest].energy += 0.5
    }
    expectOne(.data, scan.label, ["11 of 12 grid points changed, all by a factor of 4.184"]) {
      for index in $0.molecules[0].scans[0].points.indices {
        $0.molecules[0].scans[0].points[index].energy *= 4.184
      }
    }
    expectOne(.data, scan.label, ["QM's torque", "all by a factor of -1"]) {
      for index in $0.molecules[0].scans[0].points.indices {
        $0.molecules[0].scans[0].points[index].forces =
          $0.molecules[0].scans[0].points[index].forces?.map { $0 * -1 }
      }
    }
    let found = failures { $0.molecules[0].scans[0].points[5].coordinates[9].x += 0.2 }
    #expect(found.contains { $0.message.contains("radius of gyration") })
    // Two atoms in each other's place leave the molecule's extent as it was.
    let swapped = failures { $0.molecules[0].scans[0].points[5].coordinates.swapAt(8, 9) }
    #expect(swapped.contains { $0.message.contains("radius of gyration") })
    // What is gone or new is named by the gates of fits.
    #expect(failures { $0.molecules[0].scans[0].points.remove(at: 4) }.isEmpty)
  }

  @Test func goneGridPointsAreNamed() {
    func digest(_ angles: [Double]) -> FitDigest {
      FitDigest(
        parameters: [], directions: [], error: nil,
        scans: [
          .init(
            molecule: "butane", driven: [0, 1, 2, 3], points: angles.count, error: nil, angles: angles,
            deviations: angles.map { _ in 0.1 })
        ], maxRhat: 1, minESS: 1000, converged: true)
    }
    let messages = regressionFailures(from: digest([-180, -120, -60, 0]), to: digest([180, -119.8, 0])).map(
      \.message)
    #expect(messages == ["scan butane 0-1-2-3 has 3 grid points instead of 4; -60° is gone"])
    let grown = regressionFailures(from: digest([0]), to: digest([0, 15])).map(\.message)
    #expect(grown == ["scan butane 0-1-2-3 has 2 grid points instead of 1; 15° is new"])
  }
}
