// The gates turn at their limits, and say why in words.

import Chemistry
import Testing

@testable import ReportFiles

@Suite struct GateTests {
  private func page() async throws -> ReportPage {
    ReportPage(try await SyntheticFamily.fit.value, provenance: SyntheticFamily.provenance)
  }

  private func gate(_ title: String, _ page: ReportPage) throws -> Gate {
    try #require(page.gates.first { $0.title == title })
  }

  @Test func errorGate() async throws {
    var page = try await page()
    page.errors.base = 1
    page.errors.fitted = 0.4
    #expect(try gate("Error", page).verdict == .good)
    page.errors.fitted = 0.6
    #expect(try gate("Error", page).verdict == .look)
    page.errors.fitted = 1.01
    #expect(try gate("Error", page).verdict == .bad)
    #expect(page.verdict == .bad)
    page.errors.fitted = nil
    #expect(try gate("Error", page).verdict == .bad)
  }

  @Test func troubleIsNamed() async throws {
    var page = try await page()
    #expect(try gate("Points set aside", page).verdict == .look)
    #expect(try gate("Points set aside", page).reason.contains("hexane"))
    #expect(try gate("One base force field", page).verdict == .good)
    page.unequalBase = ["c3-c3-c3-c3"]
    #expect(try gate("One base force field", page).verdict == .look)
    page.parameters[0].flags = ["prior only", "one molecule", "sign against the base"]
    for title in ["Told by the data", "More than one molecule", "Signs"] {
      #expect(try gate(title, page).verdict == .look)
      #expect(try gate(title, page).reason.contains(page.parameters[0].label))
    }
    page.scans[0].fitError?.rmse = 9
    #expect(try gate("Every scan", page).reason.contains("butane"))
    page.relaxation.settled = false
    #expect(try gate("Relaxation", page).verdict == .look)
    page.relaxation.settled = true
    #expect(try gate("Relaxation", page).verdict == .good)
    page.chains.converged = false
    #expect(try gate("Convergence", page).verdict == .bad)
    page.linearisationKhat = 0.9
    #expect(try gate("Linearisation", page).verdict == .look)
  }

  @Test func dataNotesAreGatesByKind() async throws {
    var page = try await page()
    page.dataNotes = []
    #expect(try gate("Data", page).verdict == .good)
    page.dataNotes = nil
    #expect(!page.gates.contains { $0.title == "Data" })
    for kind in DataNote.Kind.allCases {
      page.dataNotes = (1...3).map { DataNote(kind, "is odd", place: "scan \($0) of butane") }
      let found = try gate(kind.title, page)
      #expect(found.verdict == .look && found.reason.contains("scan 1 of butane: is odd. scan 2"))
      #expect(found.reason.contains("And 1 more") && !page.gates.contains { $0.title == "Data" })
    }
    #expect(Set(DataNote.Kind.allCases.map(\.title)).count == DataNote.Kind.allCases.count)
  }

  @Test func unseenScansThatGotWorseAreNamed() async throws {
    var page = try await page()
    page.removeOptionalParts()
    #expect(!page.gates.contains { $0.title == "Every unseen scan" })
    for s in page.scans.indices { page.scans[s].heldOutRMSE = (page.scans[s].baseError?.rmse ?? 1) - 0.1 }
    #expect(try gate("Every unseen scan", page).verdict == .good)
    page.scans[0].heldOutRMSE = (page.scans[0].baseError?.rmse ?? 1) + 0.06
    #expect(try gate("Every unseen scan", page).verdict == .look)
    #expect(try gate("Every unseen scan", page).reason.contains(page.scans[0].driven))
  }

  /// The first answer tells large errors from rough intervals and from remarks, and its links lead to what is meant.
  @Test func theAnswerSaysWhatItHangsOn() async throws {
    var page = try await page()
    page.removeOptionalParts()
    page.errors = .init(base: 1, fitted: 0.2)
    page.linearisationKhat = 0.1
    page.halvesZ = nil
    page.chains.converged = true
    page.relaxation = .init(errors: [0.2], settled: true, wasAsked: true)
    func answer() -> String { PageReader(page.html).all("p", class: "big").first?.text ?? "" }
    for index in page.parameters.indices { page.parameters[index].flags = [] }
    page.scans = page.scans.filter(\.setAside.isEmpty).map { scan in
      var scan = scan
      scan.fitError?.rmse = 0.01
      return scan
    }
    #expect(answer() == "✓ Yes")
    page.parameters[1].flags = ["one molecule"]
    #expect(answer() == "! Yes, with 1 remark")
    #expect(page.html.contains("<a href=\"#parameter-1\"><code>\(page.parameters[1].type)</code>"))
    page.linearisationKhat = 0.9
    #expect(answer() == "! Yes, but its intervals are rough")
    page.errors.fitted = 0.6
    #expect(answer() == "! Partly: errors are still large")
    page.chains.converged = false
    #expect(answer() == "✕ Not yet")
    page.scans[1].fitError?.rmse = 9
    #expect(try gate("Every scan", page).place == "scan-1")
  }

  @Test func singlePointsThatStandApartAreNamed() async throws {
    var page = try await page()
    #expect(!page.gates.contains { $0.title == "Single points" })
    let point = page.scans[0].points[5]
    page.scans[0].points[5].qm += 3
    let found = try gate("Single points", page)
    #expect(found.place == "scan-0" && found.reason.contains("\(fixed(point.angle, 0))° (by 3."))
    #expect(!found.reason.contains(" and "))
  }

  /// What cannot be tested is said beside what was.
  @Test func untestableScansAreSaidBesideTheNumbers() async throws {
    var page = try await page()
    page.fillOptionalParts()
    #expect(!page.html.contains("seen nowhere else)"))
    for s in page.scans.indices { page.scans[s].isTestable = s > 0 }
    page.heldOut?.untestableScans = 1
    page.scans[0].baseError?.rmse = 0.2
    for s in page.scans.indices.dropFirst() { page.scans[s].baseError?.rmse = 0.5 }
    let gate = try gate("Every unseen scan", page)
    #expect(gate.verdict == .good && gate.reason.contains("none of the"))
    #expect(gate.reason.contains("\(page.scans[0].molecule) \(page.scans[0].driven) (0.20 → 0.30) is worse"))
    let count = page.scans.count
    #expect(
      page.html.contains(
        "On \(count - 1) of \(count) scans, their molecules held out (1 has types seen nowhere else),"))
  }

  /// Both sides of each limit: five points of coverage, fifteen that are missing; 1.3 and 2 of the halves.
  @Test func intervalsTurnAtTheirLimits() async throws {
    var page = try await page()
    page.fillOptionalParts()
    for (shares, verdict) in [
      ([0.549, 0.9, 0.95], .good), ([0.551, 0.9, 0.95], .look), ([0.451, 0.9, 0.95], .good),
      ([0.449, 0.9, 0.95], .look), ([0.5, 0.851, 0.95], .good), ([0.5, 0.849, 0.95], .look),
      ([0.351, 0.9, 0.95], .look), ([0.349, 0.9, 0.95], .bad), ([0.9, 0.9, 0.95], .look),
    ] as [([Double], Gate.Verdict)] {
      for (index, share) in shares.enumerated() { page.heldOut?.coverage[0].points[index].observed = share }
      #expect(try gate("Honest intervals", page).verdict == verdict, "\(shares)")
    }
    for (z, verdict) in [(0.7, .good), (1.29, .good), (1.31, .look), (1.99, .look), (2.01, .bad)]
      as [(Double, Gate.Verdict)]
    {
      page.halvesZ = z
      #expect(try gate("Honest parameters", page).verdict == verdict, "\(z)")
    }
  }

  /// A minority of scans is no proof.
  @Test func aMinorityOfScansIsNotGreen() async throws {
    var page = try await page()
    page.fillOptionalParts()
    for s in page.scans.indices { page.scans[s].isTestable = s == 0 }
    page.heldOut?.untestableScans = page.scans.count - 1
    page.heldOut?.rmseBase = 1
    page.heldOut?.rmse = 0.1
    let found = try gate("Unseen molecules", page)
    #expect(found.reason.hasPrefix("On 1 of \(page.scans.count) scans"))
    #expect(found.verdict == .look && found.reason.contains("minority"))
    #expect(try gate("Every unseen scan", page).verdict == .look)
    for s in page.scans.indices { page.scans[s].isTestable = true }
    page.heldOut?.untestableScans = 0
    #expect(try gate("Unseen molecules", page).verdict == .good)
  }

  /// Types that name atoms are led to SMARTS, and not to "Yes, with 2 remarks".
  @Test func typesThatNameAtomsAreNotGood() async throws {
    var page = try await page()
    #expect(!page.gates.contains { $0.title == "Atom types" })
    page.typePerAtom = ["ligand"]
    #expect(try gate("Atom types", page).verdict == .bad)
    #expect(try gate("Atom types", page).reason.contains("SMARTS") && page.answer.word == "Not yet")
  }

  /// A curve that leaves its own band says so, since bands cannot follow a geometry into another minimum.
  @Test func aCurveOutsideItsBandIsExplained() async throws {
    var page = try await page()
    #expect(!page.html.contains("leaves its band"))
    let point = page.scans[0].points[3]
    page.scans[0].points[3].fit = try #require(point.band90).upperBound + 0.06
    #expect(page.scans[0].jumps.map(\.frame) == [point.frame])
    page.relaxation.settled = true
    #expect(try gate("Relaxation", page).verdict == .look && gate("Relaxation", page).place == "scan-0")
    #expect(page.html.contains("At \(fixed(point.angle, 0))° the fitted curve leaves its band"))
  }

  @Test func directionsAreThoseThatTheDataTell() async throws {
    var page = try await page()
    let told = page.pulls.compactMap(\.determined).reduce(0, +)
    #expect(
      try gate("Told by the data", page).reason.hasPrefix("In \(told) of \(page.parameters.count) directions")
    )
    page.pulls = []
    #expect(try gate("Told by the data", page).reason.contains("The data see"))
  }

  /// A scan in eV that is labelled kcal/mol: everything else in the family says what it should be.
  @Test func anotherUnitIsNamed() async throws {
    var page = try await page()
    page.removeOptionalParts()
    #expect(!page.gates.contains { $0.title == "Units" })
    for p in page.scans[0].points.indices {
      let qm = page.scans[0].points[p].qm
      page.scans[0].points[p].fit = 0.9 * qm
      page.scans[0].points[p].qm = qm / 23.06
    }
    let found = try gate("Units", page)
    #expect(found.verdict == .look && found.reason.contains("(20.8 times smaller)"))
    #expect(found.reason.contains(page.scans[0].molecule))
  }

  @Test func optionalPartsAppearWhenPresent() async throws {
    var page = try await page()
    page.removeOptionalParts()
    let plain = PageReader(page.html)
    #expect(plain.error == nil && !hasUndefinedNumber(page.html))
    #expect(plain.rows(ofTable: "held-out-table").isEmpty && plain.rows(ofTable: "derived-table").isEmpty)
    #expect(plain.all("svg", class: "heat-map").isEmpty && plain.rows(ofTable: "pulls").isEmpty)
    #expect(plain.all("path", class: "held-out-band").isEmpty)
    #expect(try gate("Unseen molecules", page).verdict == .notRun)
    page.fillOptionalParts()
    let full = PageReader(page.html)
    #expect(full.error == nil)
    #expect(full.rows(ofTable: "held-out-table").count == page.heldOut?.molecules.count)
    #expect(full.rows(ofTable: "matrix").count == page.heldOut?.matrix?.molecules.count)
    #expect(full.rows(ofTable: "derived-table").count == 1)
    #expect(full.all("path", class: "held-out-band").count == 2 * page.scans.count + 1)
    #expect(try gate("Honest intervals", page).verdict == .look)
    let ids = full.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    #expect(!hasUndefinedNumber(page.html))
  }
}

extension ReportPage {
  /// Takes away what a model without molecule effects, not validated, does not have.
  mutating func removeOptionalParts() {
    heldOut = nil
    errors.heldOutBase = nil
    errors.heldOutFitted = nil
    for index in parameters.indices { parameters[index].tau = nil }
    for s in scans.indices {
      scans[s].heldOutRMSE = nil
      for p in scans[s].points.indices { scans[s].points[p].heldOut = nil }
    }
    derived = []
    correlations = nil
    pulls = []
    for s in scans.indices { scans[s].sketch = nil }
  }

  /// Gives the page what only a validated fit of a richer model has; the numbers are made up.
  mutating func fillOptionalParts() {
    for index in parameters.indices {
      parameters[index].tau = 0.05 + 0.01 * Double(index)
    }
    for s in scans.indices {
      scans[s].heldOutRMSE = 0.3
      for p in scans[s].points.indices {
        let fit = scans[s].points[p].fit ?? scans[s].points[p].qm
        scans[s].points[p].heldOut = .init(mean: fit + 0.1, band90: (fit - 0.3)...(fit + 0.5))
      }
    }
    linearisationKhat = 0.3
    func series(_ name: String, _ observed: [Double]) -> HeldOutPanel.Coverage {
      HeldOutPanel.Coverage(
        name: name, independent: 55,
        points: zip([0.5, 0.9, 0.95], observed).map { .init(nominal: $0.0, observed: $0.1) })
    }
    let errors: [[Double?]] = molecules.indices.map { [Double($0) / 5 + 0.1, nil] }
    let coverage: [[Double?]] = molecules.map { _ in [0.9, nil] }
    heldOut = HeldOutPanel(
      isInTurn: true, rmseBase: 1.1, rmse: 0.3, crps: 0.12,
      coverage: [series("pooled", [0.58, 0.93, 0.96]), series("ethers", [0.43, 0.87, 0.93])],
      molecules: molecules.map {
        .init(
          name: $0, rmseBase: 1.1, rmse: 0.3, crps: 0.1, coverage50: 0.5, coverage90: 0.9, coverage95: nil,
          unseenTypes: ["<x>-c3-c3-x"])
      },
      matrix: .init(
        molecules: molecules, types: ["c3-c3-c3-c3", "hc-c3-c3-c3"], errors: errors, coverage90: coverage),
      variance: molecules.map {
        .init(
          label: $0,
          shares: [
            .init(name: "parameters", share: 0.3), .init(name: "molecule", share: 0.5),
            .init(name: "noise", share: 0.2),
          ])
      },
      learningCurve: (1...5).map {
        .init(molecules: $0, rmse: 0.8 / Double($0), range: (0.5 / Double($0))...(1 / Double($0)))
      })
    derived = [
      DerivedQuantity(
        molecule: "butane", driven: "0-1-2-3", name: "barrier trans to gauche", unit: "kcal/mol",
        reference: 3.3, base: 3.9,
        mean: 3.35, interval90: 3.2...3.5)
    ]
  }
}
