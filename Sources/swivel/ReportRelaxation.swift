// How a report's fit relaxed, for whatever relaxes under its posterior later.

import Foundation
import Mechanics
import ReportFiles
import TorsionModel

extension RelaxationOptions {
  /// The options of a report's fit, from run.json. Fits of versions without wells had no walls.
  init(ofReport report: String) throws {
    let path = "\(report)/run.json"
    guard FileManager.default.fileExists(atPath: path) else {
      self.init()
      return
    }
    var options = FitOptions()
    options.wellWidth = .infinity
    _ = options.make(try RunRecord(readingFrom: path).settings)
    self = options.relaxation
  }
}
