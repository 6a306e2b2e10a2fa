// Proposals that cannot be made, from reports and candidates with a fault in them.

import Foundation
import Support
import Testing

@Suite struct ProposeMustFailTests {
  /// Butane and another molecule's drives, as `swivel prepare` leaves them; `@` in texts stands for nothing.
  private func candidates(
    _ folder: String, id: String, key: String = "K", quartet: [Int] = [0, 1, 2, 3], topology: String = "pentane"
  ) throws {
    let source = "\(Folders.root)/families/alkanes"
    let frame = try String(contentsOfFile: "\(source)/scans/pentane-0-1-2-3.extxyz", encoding: .utf8)
      .split(separator: "\n")
    let count = try #require(Int(frame[0]))
    let atoms = frame[2..<(2 + count)].map { $0.split(separator: " ") }
    let positions = atoms.map { "[\($0[1...3].joined(separator: ", "))]" }.joined(separator: ", ")
    let symbols = atoms.map { "\"\($0[0])\"" }.joined(separator: ", ")
    try Folders.write(
      """
      {"schema": "swivel.drives/1", "name": "more", "base": "GAFF2", "spacing": 30, "versions": {},
       "molecules": [{"id": "\(id)", "smiles": "CCCCC", "key": "\(key)", "symbols": [\(symbols)], "bonds": [],
        "charge": 0, "ranks": \(Array(0..<count)), "positions": [\(positions)],
        "topology": "molecules/x.prmtop", "structure": "molecules/x.sdf", "drives": [{"quartet": \(quartet)}]}]}
      """, to: "\(folder)/drives.json")
    try Folders.write("name: more\n", to: "\(folder)/family.yaml")
    try Folders.write(
      try String(contentsOfFile: "\(source)/molecules/\(topology).prmtop", encoding: .utf8),
      to: "\(folder)/molecules/x.prmtop")
    try Folders.write("", to: "\(folder)/molecules/x.sdf")
  }

  @Test func whatTellsNothingOrIsUnknownIsNamed() throws {
    try SmallReport.with { report in
      let line = "propose reports/small --candidates more"
      try candidates("\(report.folder)/more", id: "new")
      let outcome = try report.run(line)
      #expect(outcome.status == 0 && outcome.output.contains("new"), "\(outcome.errors)")
      try report.refusal(
        line + " --about c3-c3-c3-c2", "neither the report nor a candidate has the torsion type c3-c3-c3-c2",
        hint: "did you mean c3-c3-c3-c3?")
      try report.refusal(
        line + " --about frobnicate", "has the torsion type frobnicate", hint: "`swivel audit` lists those of a report")
      #expect(try report.run("audit reports/small").output.contains("c3-c3-c3-c3"))
      // A drive that the report has a scan of is no candidate.
      try candidates("\(report.folder)/more", id: "pentane")
      try report.refusal(line, "no candidate tells anything", hint: "are all of them in the report already?")
    }
  }

  @Test func candidatesThatDoNotFitAreNamed() throws {
    try SmallReport.with { report in
      let line = "propose reports/small --candidates more"
      try candidates("\(report.folder)/more", id: "new", topology: "butane")
      try report.refusal(
        line, "more/molecules/x.prmtop: has other atoms than drives.json beside it",
        hint: "make the family anew with `swivel prepare`")
      try candidates("\(report.folder)/more", id: "new")
      try candidates("\(report.folder)/others", id: "new", key: "another", quartet: [1, 2, 3, 4])
      try report.refusal(
        line + " others --output proposed", "two candidates of different families are called new",
        hint: "propose from one family at a time")
      // As the hint says.
      for name in ["more", "others"] {
        let one = try report.run("propose reports/small --candidates \(name) --output \(name)-proposed")
        #expect(one.status == 0, "\(one.errors)")
      }
    }
  }

  @Test func reportsWithoutAPosteriorAreNamed() throws {
    try SmallReport.with { report in
      try candidates("\(report.folder)/more", id: "new")
      try report.change("reports/small/summary.json", "\"name\" : \"energy noise\"", "\"name\" : \"noise\"")
      try report.refusal(
        "propose reports/small --candidates more", "the report has no posterior to reckon with",
        hint: "run `swivel fit` again")
      try report.fit()
      #expect(try report.run("propose reports/small --candidates more --quiet").status == 0)
    }
  }

  /// Adaptive points need topologies that belong to the drives.
  @Test func adaptiveRunsCheckTheirTopologies() throws {
    try SmallReport.with { report in
      try candidates("\(report.folder)/more", id: "new", topology: "butane")
      try report.refusal(
        "acquire more --level B3LYP-D3BJ/DZVP//GFN2-xTB --adaptive",
        "more/molecules/x.prmtop: has other atoms than drives.json beside it", hint: "`swivel prepare`")
    }
  }
}
