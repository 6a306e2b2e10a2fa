// How a report's fit relaxed, for whatever relaxes under its posterior later.

import Foundation
import Mechanics
import ReportFiles

extension RelaxationOptions {
  /// The options of a report's fit, from run.json. Fits of versions without wells had no walls.
  init(ofReport report: String) throws {
    let path = "\(report)/run.json"
    guard FileManager.default.fileExists(atPath: path) else {
      self.init()
      return
    }
    let settings = try RunRecord(readingFrom: path).settings
    func number(_ name: String, else missing: Double) -> Double {
      settings[name].flatMap { Double($0) } ?? missing
    }
    self.init(
      cartesianRestraint: number("cartesian_restraint", else: 0),
      torsionRestraint: number("torsion_restraint", else: 0),
      wellHalfWidth: number("well_width", else: .infinity) * .pi / 180)
  }
}
