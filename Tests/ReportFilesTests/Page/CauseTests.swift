// The page says why: causes with what changes them, rotors that leave their wells, one molecule alone, Monte Carlo errors.

import Chemistry
import Testing

@testable import ReportFiles
@testable import TorsionModel

@Suite struct CauseTests {
  private func fit() async throws -> Fit { try await SyntheticFamily.fit.value }

  private func page(_ fit: Fit) -> ReportPage { ReportPage(fit, provenance: SyntheticFamily.provenance) }

  /// Steps of which the cause given is the largest.
  private func steps(_ cause: FitCause) -> ErrorSteps {
    var value = 0.0
    func next(_ own: FitCause) -> Double {
      value += own == cause ? 0.8 : 0.05
      return value
    }
    return ErrorSteps(
      form: next(.form), sharing: next(.sharing), noise: next(.noise), prior: next(.prior),
      relaxation: next(.relaxation), unfittedPoints: next(.unfittedPoints))
  }

  @Test(arguments: FitCause.allCases)
  func everyCauseHasWordsAndARemedy(cause: FitCause) async throws {
    var fit = try await fit()
    fit.scans[0].cause = ScanCause(steps(cause))
    fit.fitRMSE = 1
    fit.baseRMSE = 2
    let planted = try #require(fit.scans[0].cause)
    let words = try #require(fit.causeWords(planted, of: fit.scans[0]))
    #expect(words.why.hasSuffix(".") && !words.why.contains("–") && !words.remedy.hasSuffix("."))
    let page = page(fit)
    let gate = try #require(page.gates.first { $0.title == "What holds errors up" })
    #expect(gate.verdict == .look && gate.place == "scan-0" && gate.reason.contains(words.brief))
    let html = page.html
    #expect(PageReader(html).error == nil && !hasUndefinedNumber(html))
    #expect(PageReader(html).all("p", class: "cause").first?.text.contains(words.remedy) == true)
    // "Partly" says why.
    let answer = PageReader(html).all("p", class: "big").first?.text ?? ""
    if answer.contains("Partly") {
      #expect(page.cause.map { answer.contains($0.brief) } == true, "\(answer)")
    }
    let record = try #require(Summary(fit, version: "0").scans[0].cause)
    #expect(record.cause == cause.rawValue && record.why == words.why && record.remedy == words.remedy)
  }

  @Test func goodFitsHaveNoCause() async throws {
    let page = page(try await fit())
    #expect(page.cause == nil && page.scans.allSatisfy { $0.cause == nil })
    #expect(
      !page.gates.contains { $0.title == "What holds errors up" }
        && !page.html.contains("class=\"small cause\""))
  }

  @Test func partlyNeverStandsAlone() async throws {
    var page = page(try await fit())
    page.errors = .init(base: 2, fitted: 1, heldOutBase: 2, heldOutFitted: 0.2)
    page.heldOut = nil
    page.cause = CauseWords(
      brief: "the prior holds it back", why: "It does.", remedy: "--effective-points 12")
    #expect(page.reasonOfLargeErrors == ": the prior holds it back")
    let error = try #require(page.gates.first { $0.title == "Error" })
    #expect(error.reason.contains("It does.") && error.reason.contains("--effective-points 12"))
    page.errors.fitted = 0.3
    page.errors.heldOutFitted = 1
    #expect(page.reasonOfLargeErrors == ": errors on unseen molecules are still large")
  }

  @Test func rotorsThatLeaveAreNamed() async throws {
    var fit = try await fit()
    #expect(page(fit).gates.first { $0.title == "QM’s wells" }?.verdict == .good)
    fit.scans[1].leftWell = [
      LeftWell(
        isFitted: true, frame: 3, drivenAngle: 1, rotor: Quartet(1, 2, 3, 4), from: 1, to: 2, energyDrop: 0.7)
    ]
    fit.scans[1].jumps = [
      EnergyJump(isFitted: true, frame: 5, drivenAngle: 1, rotor: nil, from: 0, to: 0, energy: -2),
      EnergyJump(
        isFitted: false, frame: 6, drivenAngle: 1, rotor: Quartet(1, 2, 3, 4), from: 1, to: 3, energy: 2.5),
    ]
    let page = page(fit)
    let gate = try #require(page.gates.first { $0.title == "QM’s wells" })
    #expect(gate.verdict == .look && gate.place == "scan-1" && gate.reason.contains("At 2 grid points"))
    #expect(gate.reason.contains("frame 3 (57°): 1-2-3-4 from 57° to 115°, 0.7 kcal/mol lower"))
    #expect(gate.reason.contains("frame 5 (57°): 2.0 kcal/mol below its neighbours"))
    let html = page.html
    #expect(PageReader(html).error == nil)
    #expect(html.contains("Under the base force field at 1 point") && html.contains("Other rotors turn by"))
    let jumps = try #require(Summary(fit, version: "0").scans[1].jumps)
    #expect(
      jumps.map(\.under) == ["fit", "base"] && jumps[0].rotor == nil && jumps[1].rotor == [1, 2, 3, 4])
  }

  @Test func oneMoleculeTellsNothingOfTransfer() async throws {
    var fit = try await fit()
    #expect(page(fit).onlyMolecule == nil && !page(fit).html.contains("nothing is known about transfer"))
    fit.scans = [fit.scans[0]]
    let page = page(fit)
    #expect(page.onlyMolecule == "butane")
    let gate = try #require(page.gates.first { $0.title == "More than one molecule" })
    #expect(gate.verdict == .look && gate.reason.contains("All data are of one molecule, butane"))
    #expect(page.html.contains("They are about butane only"))
  }

  @Test func monteCarloErrorsAreShown() async throws {
    var page = page(try await fit())
    let row = page.parameters[0]
    let (mean, bound) = (try #require(row.mcse), try #require(row.mcseOfBounds))
    #expect(mean > 0 && mean < row.sd && bound > 0 && bound < row.sd)
    #expect(page.html.contains("MCSE") && page.html.contains("\(fixed(mean, 4)); \(fixed(bound, 4))"))
    for index in page.parameters.indices { page.parameters[index].mcse = nil }
    #expect(!page.html.contains("MCSE"))
  }
}
