// A few frames that clashed are told from a scan in a wrong unit.

import Chemistry
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct EnergyOutlierTests {
  private func read(_ raised: [Int: Double], options: FamilyOptions = FamilyOptions()) throws -> Scan {
    var sample = Sample(count: 24)
    for (index, rise) in raised { sample.points[index].energy += rise }
    return try FamilyFilesTests.read(sample.extendedXYZ(), options: options, of: sample)
  }

  @Test func clashedFramesAreSetAsideByName() throws {
    let whole = try read([:])
    #expect(whole.setAside.isEmpty && whole.points.count == 24)
    for raised in [[7: 405.0], [11: 405.0, 12: 915, 13: 356], [3: 1e7, 20: 120]] {
      let scan = try read(raised)
      #expect(scan.setAside.map(\.frame) == raised.keys.map { $0 + 1 }.sorted())
      #expect(scan.setAside.allSatisfy { $0.reason.contains("its atoms clash") })
      #expect(scan.points == whole.points.filter { raised[$0.frame - 1] == nil })
    }
  }

  /// High barriers are none: nothing within 100 kcal/mol of the minimum is touched.
  @Test func highPointsStay() throws {
    #expect(try read([7: 60, 8: 80]).setAside.isEmpty)
  }

  @Test func oneFrameFarBelowIsAWrongEnergy() throws {
    let error = #expect(throws: InputError.self) { try read([7: -700]) }
    #expect(error?.message.contains("frame 8") == true && error?.message.contains("below") == true)
    #expect(error?.place?.line != nil && error?.hint?.contains("--set-aside") == true)
    let scan = try read([7: -700], options: FamilyOptions(setAsideBadPoints: true))
    #expect(scan.setAside.map(\.frame) == [8] && scan.points.count == 23)
  }

  @Test(arguments: [627.5, 1e4, 1e6]) func wrongUnitsAreStillRefused(factor: Double) {
    let sample = Sample(count: 24)
    let error = #expect(throws: InputError.self) {
      try FamilyFilesTests.read(sample.extendedXYZ(energyFactor: factor), of: sample)
    }
    #expect(error?.message.contains("unit") == true, "\(error?.message ?? "")")
  }

  @Test func halvesFarApartHaveNoProfileToBeOutsideOf() {
    let far = EnergyOutliers([0, 1, 2, 900, 901, 902])
    #expect(far.above.isEmpty && far.below.isEmpty)
    let two = EnergyOutliers([0, 900])
    #expect(two.above.isEmpty && two.below.isEmpty)
    #expect(EnergyOutliers([]).above.isEmpty)
    // Neither the zero nor the order matters.
    let energies = [5.0, 300, 0, 2, 700, 1]
    let (a, b) = (EnergyOutliers(energies), EnergyOutliers(energies.map { $0 - 1e5 }))
    #expect(a.above.map(\.place) == [1, 4] && b.above.map(\.place) == [1, 4])
    #expect(a.above.map(\.by) == [300, 700])
  }
}
