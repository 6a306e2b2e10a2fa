// Barriers, minima and populations of profiles that have a closed form.

import Chemistry
import Testing

import CMath
@testable import TorsionModel

@Suite struct PredictedProfileTests {
  private let angles = (0..<24).map { (Double($0) * 15 - 180) * Units.degree }

  /// E(φ) = Σ of the draw's own k(1 + cos nφ).
  private func profile(n: Double, means: Double, draws: [Double]) -> PredictedProfile {
    func energy(_ k: Double, _ angle: Double) -> Double { k * (1 + cos(n * angle)) }
    return PredictedProfile(
      angles: angles.reversed(), mean: angles.reversed().map { energy(means, $0) },
      draws: angles.reversed().map { angle in draws.map { energy($0, angle) } })
  }

  @Test func threefoldBarriersAreTwiceTheForceConstant() {
    let (wells, barriers) = profile(n: 3, means: 1.5, draws: [1, 2]).wellsAndBarriers(temperature: 300)
    #expect(wells.count == 3 && barriers.count == 3)
    for barrier in barriers {
      #expect(abs(barrier.heights[0] - 2) < 1e-12 && abs(barrier.heights[1] - 4) < 1e-12)
    }
    for well in wells {
      #expect(well.energies.allSatisfy { abs($0) < 1e-12 })
      #expect(well.populations.allSatisfy { abs($0 - 1.0 / 3) < 1e-12 } && abs(well.plugIn - 1.0 / 3) < 1e-12)
    }
    #expect(
      zip(wells.map { $0.angle / Units.degree }, [-180, -60, 60]).allSatisfy { abs($0 - $1) < 1e-9 }
        || zip(wells.map { $0.angle / Units.degree }, [-60, 60, 180]).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  /// E = k(1 + cos φ)/… with one well at 180°, and a second harmonic that makes one at 0°.
  @Test func populationsFollowBoltzmann() {
    func energy(_ angle: Double) -> Double { 0.25 * (1 + cos(angle)) + 1.5 * (1 - cos(2 * angle)) }
    let made = PredictedProfile(
      angles: angles, mean: angles.map(energy), draws: angles.map { [energy($0)] })
    let (wells, barriers) = made.wellsAndBarriers(temperature: 298.15)
    #expect(wells.count == 2 && barriers.count == 2)
    // Simpson-free check: the sum over a fine grid.
    var (cis, all) = (0.0, 0.0)
    for i in 0..<36000 {
      let angle = Double(i) / 36000 * 2 * .pi
      let weight = exp(-energy(angle) / (Units.gasConstant * 298.15))
      all += weight
      if cos(angle) > 0 { cis += weight }
    }
    let found = wells.first { abs($0.angle) < 0.1 }
    #expect(abs((found?.populations[0] ?? 0) - cis / all) < 0.005)
    #expect(abs(wells.reduce(0) { $0 + $1.plugIn } - 1) < 1e-12)
  }

  @Test func featuresStandBesideQuantumChemistry() throws {
    func energies(_ k: Double) -> [Double] { angles.map { k * (1 + cos(3 * $0)) } }
    let draws = angles.map { angle in [0.9, 1, 1.1].map { $0 * (1 + cos(3 * angle)) } }
    let features = ProfileFeature.all(
      angles: angles, qm: energies(1.2), base: energies(0.8), draws: draws)
    #expect(features.count { $0.kind == .minimum } == 3 && features.count { $0.kind == .population } == 3)
    let barriers = features.filter { $0.kind == .barrier }
    #expect(barriers.count == 3)
    for barrier in barriers {
      let fitted = try #require(barrier.fitted)
      #expect(abs((barrier.qm ?? 0) - 2.4) < 1e-12 && abs((barrier.base ?? 0) - 1.6) < 1e-12)
      #expect(abs(fitted.mean - 2) < 1e-12 && abs(fitted.plugIn - 2) < 1e-12 && fitted.jensenGap == nil)
      #expect(fitted.interval90.lowerBound >= 1.8 && fitted.interval90.upperBound <= 2.2)
    }
    // Without the base force field's profile everything else stays.
    #expect(
      ProfileFeature.all(angles: angles, qm: energies(1.2), base: nil, draws: draws).allSatisfy {
        $0.base == nil
      })
    #expect(ProfileFeature.all(angles: [], qm: [], base: nil, draws: []).isEmpty)
  }

  /// A rare well's population is convex in its energy: the mean over draws exceeds the plug-in value.
  @Test func jensenGapsAreSaid() {
    func energy(_ depth: Double, _ angle: Double) -> Double {
      depth / 2 * (1 + cos(angle)) + 2 * (1 - cos(2 * angle))
    }
    let depths = [0.2, 1.0, 1.8]
    let features = ProfileFeature.all(
      angles: angles, qm: angles.map { energy(1, $0) }, base: nil,
      draws: angles.map { angle in depths.map { energy($0, angle) } })
    let cis = features.first { $0.kind == .population && abs($0.angle) < 0.1 }
    #expect(abs((cis?.fitted?.plugIn ?? 0) - (cis?.qm ?? 1)) < 1e-9)
    #expect((cis?.fitted?.mean ?? 0) > (cis?.fitted?.plugIn ?? 1) + 0.02)
  }

  /// QM has wells at 0° and 180° and barriers at ±90°; the fitted profile has its wells there, and the base force field
  /// wells at 0° and 180° like QM.
  @Test func valuesAreOfAProfilesOwnWellsAndBarriers() {
    let qm = angles.map { 2 * (1 - cos(2 * $0)) }
    let fitted = angles.map { 2 * (1 + cos(2 * $0)) }
    let features = ProfileFeature.all(
      angles: angles, qm: qm, base: qm.map { 0.5 * $0 }, draws: fitted.map { [$0, $0] })
    let own = features.filter { $0.fitted != nil }
    let missed = features.filter { $0.fitted == nil }
    #expect(own.count == 6 && own.allSatisfy { $0.qm == nil && $0.qmAngle == nil && $0.base == nil })
    #expect(missed.count == 6 && missed.allSatisfy { $0.qm != nil && $0.qmAngle == $0.angle })
    let barriers = missed.filter { $0.kind == .barrier }
    #expect(barriers.allSatisfy { abs(abs($0.angle) - .pi / 2) < 1e-9 })
    #expect(barriers.allSatisfy { abs($0.qm! - 4) < 1e-12 && abs($0.base! - 2) < 1e-12 })
  }

  /// Every well of every profile stands in one row: populations of a profile sum to one, and a profile that mirrors itself
  /// is matched alike on both sides.
  @Test func populationsOfEveryProfileSumToOne() {
    let fitted = angles.map { 1.5 * (1 + cos(3 * $0)) + 0.4 * (1 + cos($0)) }
    let qm = angles.map { 1.2 * (1 - cos(2 * $0)) }
    let base = angles.map { 2 * (1 + cos(2 * $0)) + 0.5 * (1 - cos(4 * $0)) }
    let rows = ProfileFeature.all(angles: angles, qm: qm, base: base, draws: fitted.map { [$0, $0] })
      .filter { $0.kind == .population }
    for value in [\ProfileFeature.qm, \.base, \.fitted?.mean] as [KeyPath<ProfileFeature, Double?>] {
      #expect(abs(rows.compactMap { $0[keyPath: value] }.reduce(0, +) - 1) < 1e-9)
    }
    for row in rows where abs(abs(row.angle) - .pi) > 0.1 && abs(row.angle) > 0.1 {
      let mirror = rows.first { abs($0.angle + row.angle) < 0.02 }
      #expect(mirror != nil && (mirror?.base == nil) == (row.base == nil), "\(row.angle)")
    }
  }

  /// Two tops with a ripple between are one barrier, in their middle.
  @Test func aBroadTopIsOneBarrierInItsMiddle() {
    let energies = angles.map { angle -> Double in
      let place = abs((angle / Units.degree).rounded())
      return place == 180 ? 1.95 : 1 - cos(angle)
    }
    let (wells, barriers) = PredictedProfile(angles: angles, mean: energies, draws: energies.map { [$0] })
      .wellsAndBarriers(temperature: 300)
    #expect(wells.count == 1 && barriers.count == 1)
    #expect(abs(abs(barriers[0].angle) - .pi) < 1e-9)
    #expect(abs(barriers[0].heights[0] - (1 - cos(165 * Units.degree))) < 1e-12)
  }

  /// A ripple in a well parts no wells; the same rise in a profile that spans little does.
  @Test func ripplesAreNoBarriers() {
    func wells(_ scale: Double, ripple: Double) -> Int {
      let energies = angles.map { angle in
        scale * (1 + cos(angle)) + (abs(abs(angle) - .pi) < 0.01 ? ripple : 0)
      }
      return PredictedProfile(angles: angles, mean: energies, draws: energies.map { [$0] })
        .wellsAndBarriers(temperature: 300).wells.count
    }
    // At ±165° the profile is 0.034 of its scale above the well.
    #expect(wells(1, ripple: 0.08) == 1 && wells(1, ripple: 0.2) == 2)
    #expect(wells(0.1, ripple: 0.03) == 2)
  }

  /// A well that two of the other profile are near to is the same as the nearest of them only.
  @Test func aWellIsTheSameAsOneOther() {
    // One well of QM at 180°; the fitted profile has its own 15° and 30° beside, with a top between.
    let qm = angles.map { 1 + cos($0) }
    let fitted = angles.map { angle -> Double in
      let place = (angle / Units.degree).rounded()
      return abs(place) == 180 ? 0.3 : abs(place) == 165 && place > 0 ? 0.1 : 1 + cos(angle)
    }
    let minima = ProfileFeature.all(angles: angles, qm: qm, base: nil, draws: fitted.map { [$0] })
      .filter { $0.kind == .minimum }
    #expect(minima.count == 2)
    #expect(minima.filter { $0.qm != nil }.count == 1)
    #expect(minima.allSatisfy { $0.fitted != nil })
    #expect(minima.first { $0.qm != nil }.map { abs(abs($0.angle) - 165 * Units.degree) < 1e-9 } ?? false)
  }

  @Test func openGridsHaveNoBarriers() {
    let few = Array(angles.prefix(12))
    let made = PredictedProfile(angles: few, mean: few.map { cos(3 * $0) }, draws: few.map { [cos(3 * $0)] })
    #expect(!made.isClosed && made.wellsAndBarriers(temperature: 300).wells.isEmpty)
  }

  @Test func drawsKeepTheirEnergiesInOrder() {
    let made = profile(n: 1, means: 1, draws: [1, 3])
    #expect(zip(made.angles, made.angles.dropFirst()).allSatisfy { $0 < $1 })
    for (i, angle) in made.angles.enumerated() {
      #expect(abs(made.draws[i][1] - 3 * (1 + cos(angle))) < 1e-12)
    }
  }
}
