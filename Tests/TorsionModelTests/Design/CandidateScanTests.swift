// Rows of scans that are not made yet, against finite differences of the energy they are rows of.

import Chemistry
import Foundation
import Support
import Testing

@testable import TorsionModel

@Suite struct CandidateScanTests {
  private let alkane = Alkane(carbons: 4)
  private let driven = Quartet(0, 1, 2, 3)
  private var parameters: [Parameter] {
    let types = Set(alkane.topology.torsions.map { alkane.topology.type(of: $0.quartet) }).sorted()
    return types.flatMap { type in (1...3).map { Parameter(type: type, periodicity: $0) } }
  }

  @Test func torquesAreTheSlopesOfEnergies() throws {
    let count = 720
    let scan = try #require(
      CandidateScan(
        of: alkane.topology, driven: driven, from: alkane.coordinates, points: count, parameters: parameters))
    let step = 2 * Double.pi / Double(count)
    for column in parameters.indices {
      for point in stride(from: 0, to: count, by: 37) {
        let (after, before) = ((point + 1) % count, (point + count - 1) % count)
        let slope = (scan.rows[after, column] - scan.rows[before, column]) / (2 * step)
        // Central differences of at most nine cosines with n ≤ 3 are off by n³ step²/6 each.
        #expect(abs(scan.rows[count + point, column] + slope) < 9 * 27 * step * step / 6 + 1e-9)
      }
    }
  }

  @Test func aRingBondIsNoCandidate() {
    var ring = alkane.topology
    ring.bonds.append(HarmonicBond(i: 0, j: 3, forceConstant: 300, length: 1.5))
    let scan = CandidateScan(
      of: ring, driven: driven, from: alkane.coordinates, points: 24, parameters: parameters)
    #expect(scan == nil)
  }

  @Test func moreNoiseAndDeviationsOnlyAdd() throws {
    let scan = try #require(
      CandidateScan(
        of: alkane.topology, driven: driven, from: alkane.coordinates, points: 24, parameters: parameters))
    let zero = [Double](repeating: 0, count: parameters.count)
    let quiet = scan.noise(energyNoise: 0.1, torqueNoise: 0.5, effective: 12, deviations: zero)
    let loud = scan.noise(
      energyNoise: 0.2, torqueNoise: 0.5, effective: 12, deviations: zero.map { _ in 0.1 })
    #expect(abs(quiet[0, 0] - 1e4 - 0.1 * 0.1 * 2) < 1e-9 && quiet[0, 1] == 1e4 && quiet[0, 24] == 0)
    #expect((0..<48).allSatisfy { loud[$0, $0] >= quiet[$0, $0] })
  }
}
