// Several energies at one angle: branches are told, named by their frames, and the lower envelope is what it says.

import Chemistry
import CMath
import Mechanics
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct BranchTests {
  /// A scan of butane with its points moved in energy, frame by frame.
  private func scan(_ raised: [Int: Double] = [:], count: Int = 12, twice: Bool = false) -> Scan {
    let sample = Sample(count: count)
    var points = sample.points
    if twice {
      points += sample.points.map { point in
        GridPoint(
          coordinates: point.coordinates, energy: point.energy, forces: point.forces,
          frame: point.frame + count)
      }
    }
    for (frame, by) in raised { points[frame - 1].energy += by }
    return Scan(id: "s", driven: sample.driven, points: points)
  }

  @Test func oneEnergyAnAngleIsNoConflict() {
    #expect(angleConflicts(in: scan(), isAchiral: true).isEmpty)
    #expect(angleConflicts(in: scan(twice: true), isAchiral: false).isEmpty)
    #expect(notesOnBranches(scan(), topology: Sample().topology).isEmpty)
  }

  @Test func theHigherOfTwoIsNamedFirst() throws {
    let conflicts = angleConflicts(in: scan([15: 2, 4: 0.7], twice: true), isAchiral: false)
    #expect(conflicts.map(\.frames.0) == [15, 4] && conflicts.map(\.frames.1) == [3, 16])
    #expect(conflicts.allSatisfy { !$0.isMirror } && abs(conflicts[0].by - 2) < 1e-9)
    let words = try #require(notesOnBranches(scan([15: 2], twice: true), topology: Sample().topology).first)
    #expect(
      words.contains("2.0 kcal/mol apart (frames 15 and 3)") && words.contains("`branches: lowest`"),
      "\(words)")
    // Half a kcal/mol is the noise of a method, and what is wrong for another reason is said there.
    #expect(angleConflicts(in: scan([15: 0.49], twice: true), isAchiral: false).isEmpty)
    #expect(notesOnBranches(scan([15: 2], twice: true), topology: Sample().topology, without: [15]).isEmpty)
  }

  /// Butane is its own mirror image: energies at φ and −φ are one, unless something else is held or nothing relaxed.
  @Test func mirroredAnglesMustAgreeWhereTheMoleculeIsAchiral() throws {
    let raised = scan([3: 2])
    let conflicts = angleConflicts(in: raised, isAchiral: true)
    #expect(conflicts.count == 1 && conflicts[0].isMirror && conflicts[0].frames.0 == 3, "\(conflicts)")
    #expect(angleConflicts(in: raised, isAchiral: false).isEmpty)
    var rigid = raised
    rigid.geometry = .rigid
    #expect(angleConflicts(in: rigid, isAchiral: true).isEmpty)
    var held = raised
    held.held = [Quartet(4, 0, 1, 2)]
    #expect(angleConflicts(in: held, isAchiral: true).isEmpty)
    let words = try #require(notesOnBranches(raised, topology: Sample().topology).first)
    #expect(words.contains("its own mirror image") && words.contains("frame 3"), "\(words)")
  }

  /// Of two like atoms on a tetrahedral end the mirror image has the one in the other's place.
  @Test func twinsOnAnEndAreNoMirrorImages() {
    let topology = Sample().topology
    #expect(isOwnMirrorImage(Quartet(0, 1, 2, 3), topology: topology))
    let ethylHydrogen = topology.bondGraph.neighbours[1].first { $0 > 3 } ?? 0
    #expect(!isOwnMirrorImage(Quartet(ethylHydrogen, 1, 2, 3), topology: topology))
    let methylHydrogen = topology.bondGraph.neighbours[0].first { $0 > 3 } ?? 0
    #expect(isOwnMirrorImage(Quartet(methylHydrogen, 0, 1, 2), topology: topology), "three are no pair")
  }

  /// The lower envelope: one point an angle, the lowest, in the file's order; the others set aside by name; and once more the same.
  @Test(arguments: 1...5 as ClosedRange<UInt64>) func lowerEnvelopes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var raised: [Int: Double] = [:]
    for frame in 1...24 { raised[frame] = Double.random(in: 0..<3, using: &random) }
    let all = scan(raised, twice: true)
    let low = lowerEnvelope(of: all)
    #expect(low.points.count == 12 && low.setAside.count == 12)
    #expect(low.points.map(\.frame) == low.points.map(\.frame).sorted())
    #expect(low.setAside.map(\.frame) == low.setAside.map(\.frame).sorted())
    for point in low.points {
      let twin = point.frame > 12 ? point.frame - 12 : point.frame + 12
      #expect(point.energy <= all.points[twin - 1].energy)
      let reason = low.setAside.first { $0.frame == twin }?.reason
      let by = rounded(all.points[twin - 1].energy - point.energy, 1)
      #expect(reason == "lies \(by) kcal/mol above frame \(point.frame) at the same angle (branches: lowest)")
    }
    #expect(lowerEnvelope(of: low) == low)
  }
}
