// drives.json, levels, scan files and the store.

import Chemistry
import FamilyFiles
import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct DriveListTests {
  private func list() throws -> DriveList {
    let plan = try FakeChemistry.plan()
    return DriveList(
      name: "fakes", base: "GAFF2, AM1-BCC charges", spacing: 15, versions: ["rdkit": "1"],
      molecules: [
        DriveList.Molecule(
          id: "fake", smiles: "OO", key: plan.key, symbols: plan.symbols, bonds: plan.bonds, charge: 0,
          ranks: plan.ranks, positions: plan.start, topology: "molecules/fake.prmtop",
          structure: "molecules/fake.sdf", drives: [.init(quartet: [0, 1, 2, 3], picture: nil)])
      ])
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    try Folders.temporary { folder in
      let list = try list()
      try writeAtomically(try list.text(), to: "\(folder)/drives.json")
      #expect(try DriveList(readingFrom: folder) == list)
    }
  }

  @Test(arguments: [
    #""quartet" : [ 0, 1, 2, 3 ]"#: #""quartet" : [ 0, 1, 2, 4 ]"#,
    #""spacing" : 15"#: #""spacing" : 7"#, #""schema" : "swivel.drives/1""#: #""schema" : "other/1""#,
  ])
  func damagedListsAreErrors(old: String, new: String) throws {
    try Folders.temporary { folder in
      var text = try list().text().replacing(/\s+/, with: " ")
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
      try writeAtomically(text, to: "\(folder)/drives.json")
      let error = #expect(throws: InputError.self) { try DriveList(readingFrom: folder) }
      #expect(error?.place?.file.hasSuffix("drives.json") == true)
    }
  }

  /// A large molecule, its fragment with a cap, and the map between them.
  private func cutList() throws -> DriveList {
    var list = try list()
    var fragment = list.molecules[0]
    fragment.id = "fragment"
    list.molecules[0].drives = []
    list.molecules[0].starts = [fragment.positions]
    list.molecules[0].fragments = [
      .init(
        quartet: [3, 2, 1, 0], picture: nil, molecule: "fragment", atoms: [3, 2, 1, 0],
        fragmentQuartet: [0, 1, 2, 3])
    ]
    list.torsions = ["[*:1]-[#8:2]-[#8:3]-[*:4]"]
    list.molecules.append(fragment)
    return list
  }

  @Test func fragmentsAreReadAgainAndHaveTheScans() throws {
    try Folders.temporary { folder in
      let list = try cutList()
      try writeAtomically(try list.text(), to: "\(folder)/drives.json")
      #expect(try DriveList(readingFrom: folder) == list)
      let plans = list.plans(try LevelRecipe("GFN2-xTB"))
      #expect(plans.map(\.molecule) == ["fragment"] && plans[0].otherStarts.isEmpty)
      #expect(list.manifest(level: nil, scans: [:]).contains("  - smarts: '[*:1]-[#8:2]-[#8:3]-[*:4]'"))
    }
  }

  @Test func mapsThatDoNotFitAreErrors() throws {
    let wrong: [(inout DriveList.Fragment) -> Void] = [
      { $0.molecule = "nobody" }, { $0.atoms = [3, 2, 1] }, { $0.atoms = [3, 1, 2, 0] },
      { $0.atoms = [2, 3, 1, 0] }, { $0.atoms[0] = 7 }, { $0.fragmentQuartet = [0, 1, 2, 4] },
    ]
    for damage in wrong {
      try Folders.temporary { folder in
        var list = try cutList()
        var fragment = try #require(list.molecules[0].fragments?[0])
        damage(&fragment)
        list.molecules[0].fragments = [fragment]
        try writeAtomically(try list.text(), to: "\(folder)/drives.json")
        #expect(throws: InputError.self) { try DriveList(readingFrom: folder) }
      }
    }
  }

  @Test func aMissingListNamesPrepare() throws {
    let error = #expect(throws: InputError.self) { try DriveList(readingFrom: "/nowhere") }
    #expect(error?.hint?.contains("swivel prepare") == true)
  }

  @Test func levelsByName() throws {
    let fast = try LevelRecipe("gfn2-xtb")
    #expect(fast.name == "GFN2-xTB" && fast.energy == nil && fast.geometry.program == "tblite")
    let two = try LevelRecipe("b3lyp-d3bj/dzvp//gfn2-xtb")
    #expect(two.name == "B3LYP-D3BJ/DZVP//GFN2-xTB" && two.folderName == "b3lyp-d3bj-dzvp--gfn2-xtb")
    #expect(two.energy == LevelOfTheory(program: "pyscf", method: "b3lyp-d3bj", basis: "dzvp"))
    #expect(try LevelRecipe("GFN2-xTB//GFN2-xTB") == fast)
    for wrong in [
      "", "B3LYP", "B3LYP/", "/DZVP", "a/b//c/d//e/f", "B3LYP/DZVP/x", "B3LYP DZVP", "GFN2-xTB/DZVP;rm",
    ] {
      #expect(throws: InputError.self, "\(wrong)") { try LevelRecipe(wrong) }
    }
  }

  @Test func changedInputIsAnotherScan() throws {
    let plan = try FakeChemistry.plan()
    var moved = plan
    moved.start[0][0] += 1e-8
    #expect(moved.identity != plan.identity)
    #expect(try FakeChemistry.plan("GFN1-xTB").identity != plan.identity)
    #expect(try FakeChemistry.plan().identity == plan.identity)
  }

  @Test func theFirstPointIsTheNearest() throws {
    let plan = try FakeChemistry.plan()
    let atoms = plan.start.map { Vector3($0[0], $0[1], $0[2]) }
    let angle = dihedralAngle(atoms[0], atoms[1], atoms[2], atoms[3]) / Units.degree
    #expect(abs(plan.angles[plan.first] - angle) <= 7.5)
  }

  @Test func storedScansFitOtherOrdersOfAtoms() throws {
    try Folders.temporary { folder in
      let plan = try FakeChemistry.plan()
      let points = FakeChemistry.run(plan) { $0[0] }.points
      let store = ScanStore(folder)
      #expect(store.scan(plan) == nil)
      try store.keep(points, of: plan, provenance: ["tblite 1"])
      #expect(store.scan(plan)?.points == points.compactMap { $0 })
      // The same molecule, its atoms listed backwards.
      var other = plan
      other.symbols.reverse()
      other.ranks.reverse()
      other.start.reverse()
      let found = try #require(store.scan(other)?.points)
      #expect(
        zip(found, points).allSatisfy { $0.positions == $1?.positions.reversed() && $0.energy == $1?.energy })
      var methyl = plan
      methyl.key = "another"
      var wider = plan
      wider.otherStarts = [plan.start]
      #expect(store.scan(wider) == nil)
      #expect(store.scan(methyl) == nil)
      #expect(store.scan(try FakeChemistry.plan("GFN1-xTB")) == nil)
    }
  }

  @Test func scansWithGapsAreNotStored() throws {
    try Folders.temporary { folder in
      let plan = try FakeChemistry.plan()
      var points = FakeChemistry.run(plan) { $0[0] }.points
      points[3] = nil
      try ScanStore(folder).keep(points, of: plan, provenance: [])
      #expect(ScanStore(folder).scan(plan) == nil)
    }
  }

  @Test func incompleteResultsAreFailures() {
    let good = ResultFile(ok: true, energy: 1, positions: [[0, 0, 0]], forces: [[0, 0, 0]])
    #expect((try? good.result(atoms: 1).get()) != nil)
    #expect((try? good.result(atoms: 2).get()) == nil)
    var broken = good
    broken.energy = .nan
    #expect((try? broken.result(atoms: 1).get()) == nil)
    #expect((try? ResultFile(ok: false, error: "SCF").result(atoms: 1).get()) == nil)
  }
}
