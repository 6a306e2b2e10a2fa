// What a fit tells of its progress: every piece once, and nothing of it in the result.

import Foundation
import Statistics
import SyntheticFamilies
import Testing
import TorsionModel

@Suite struct ProgressTests {
  /// What was told, in order of arrival.
  private final class Log: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [FitStage] = []
    var stages: [FitStage] { lock.withLock { all } }
    func add(_ stage: FitStage) { lock.withLock { all.append(stage) } }

    /// Pieces announced and pieces done, count by count.
    var counts: [(total: Int, done: Int)] {
      var result: [(total: Int, done: Int)] = []
      for stage in stages {
        switch stage {
        case .counting(let total): result.append((total, 0))
        case .advanced(let pieces): result[result.count - 1].done += pieces
        default: break
        }
      }
      return result
    }
  }

  @Test(arguments: [1, 3]) func everyPieceIsToldOnce(threads: Int) async throws {
    let family = SyntheticFamily(points: 12, energyNoise: 0.05, isRelaxed: true).family()
    func options(_ threads: Int) -> FitOptions {
      quickOptions {
        $0.rounds = 2
        $0.threads = threads
        $0.linearisationDraws = 4
        $0.extendsChains = false
      }
    }
    let log = Log()
    let told = try await fit(family, options: options(threads)) { log.add($0) }
    let counts = log.counts
    #expect(counts.count >= 5 && counts.allSatisfy { $0.total == $0.done && $0.total > 0 }, "\(counts)")
    let points = family.molecules.flatMap(\.scans).reduce(0) { $0 + $1.points.count }
    #expect(log.stages.first == .relaxingBase(points: points) && counts.first?.total == points)
    // 4 chains of 100 and 250 iterations.
    #expect(counts.contains { $0.total == 1400 })
    let silent = try await fit(family, options: options(4 - threads))
    #expect(told.draws == silent.draws && told.roundErrors == silent.roundErrors)
  }
}
