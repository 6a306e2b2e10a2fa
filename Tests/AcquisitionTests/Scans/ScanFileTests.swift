// Scan files and the store: what is written is read as the scan it was; what is damaged in the store is computed anew.

import Chemistry
import FamilyFiles
import Foundation
import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct ScanFileTests {
  private func points(_ plan: ScanPlan) -> [JobResult?] { FakeChemistry.run(plan) { $0[0] }.points }

  /// Extended XYZ with the units and the dihedral in it: no manifest has to say more.
  @Test func filesSayWhatTheyAre() throws {
    let plan = try FakeChemistry.plan(spacing: 30)
    var points = points(plan)
    points[2] = nil
    try Folders.temporary { folder in
      try Folders.write(plan.fileText(points), to: "\(folder)/scan.extxyz")
      let facts = try #require(try scanFileFacts("\(folder)/scan.extxyz").first)
      #expect(facts.format == "extended XYZ" && facts.formula == "H2O2" && facts.levels == ["GFN2-xTB"])
      #expect(facts.driven == [0, 1, 2, 3] && facts.drivenIsNamed && facts.points == 11 && facts.withForces == 11)
      let known = points.compactMap { $0 }
      let low = try #require(known.map(\.energy).min())
      for (a, b) in zip(facts.energies, known) { #expect(abs((a ?? .nan) - (b.energy - low)) < 1e-7) }
      // Atomic numbers and columns as numbers of the file, to its eight decimals.
      let topology = Topology(
        atoms: plan.symbols.map { Atom(name: $0, type: $0, element: Element(symbol: $0)!, charge: 0) }, bonds: [],
        angles: [], torsions: [], impropers: [], pairs: [], coulombConstant: 332, oneFourScalings: [])
      let geometries = try readCoordinates("\(folder)/scan.extxyz", topology: topology)
      for (a, b) in zip(geometries, known) {
        for (r, x) in zip(a, b.positions) { #expect((r - Vector3(x[0], x[1], x[2])).norm < 2e-8) }
      }
    }
  }

  @Test(arguments: [
    ("swivel.stored-scan/1", "swivel.stored-scan/0"), ("[H]OO[H]", "[H]O[H]"), ("\"O\"", "\"S\""),
    ("\"energy\"", "\"energie\""),
    ("{", "{{"), ("\"points\" : [", "\"points\" : [ {\"energy\": 1, \"positions\": [], \"forces\": []},"),
  ]) func damagedEntriesOfTheStoreAreNone(_ from: String, to: String) throws {
    try Folders.temporary { folder in
      let plan = try FakeChemistry.plan()
      let store = ScanStore(folder)
      try store.keep(points(plan), of: plan, provenance: ["tblite 1"])
      #expect(store.scan(plan)?.provenance == ["tblite 1"])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      let path = "\(folder)/\(try #require(names.first))"
      var text = try readText(path)
      text.replaceSubrange(try #require(text.range(of: from), "\(from)"), with: to)
      try Folders.write(text, to: path)
      #expect(store.scan(plan) == nil)
      // Kept anew it is there again.
      try store.keep(points(plan), of: plan, provenance: ["tblite 2"])
      #expect(store.scan(plan)?.provenance == ["tblite 2"] && names.count == 1)
    }
  }

  @Test func storesThatCannotBeWrittenAreNamed() throws {
    try Folders.temporary { folder in
      try Folders.write("a file", to: "\(folder)/store")
      let plan = try FakeChemistry.plan()
      let error = #expect(throws: InputError.self) {
        try ScanStore("\(folder)/store").keep(points(plan), of: plan, provenance: [])
      }
      #expect(
        error?.message.hasPrefix("cannot be written: ") == true
          && error?.place?.file.hasPrefix("\(folder)/store/") == true)
      #expect(error?.hint?.contains("the space on the disk") == true)
    }
  }
}
