// Scan files of every program that must be refused, each with its line, words and hint.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct FormatMustFailTests {
  @Test(arguments: [
    RefusedScan(
      "g.log", of: "gaussian-relaxed.log",
      "      2          8           0        0.009979    0.000855    0.010460",
      "      2          O           0        0.009979", "is no line of coordinates where one was expected",
      line: 21,
      hint: "truncated"),
    RefusedScan(
      "g.log", of: "gaussian-relaxed.log",
      "      2          8           0        0.009979    0.000855    0.010460",
      "      2        200           0        0.009979    0.000855    0.010460", "is no line of coordinates",
      line: 21),
    RefusedScan(
      "g.log", " Entering Gaussian System, Link 0=g16\n #p opt=modredundant HF/STO-3G\n",
      "holds no finished point: no geometry with an energy", hint: "truncated, or the job failed"),
    RefusedScan(
      "g.fchk", of: "gaussian.fchk", "           1           8           8           1",
      "           1         800           8           1", "has an atomic number 800.0, which is none"),
    RefusedScan(
      "g.fchk", of: "gaussian.fchk", "Total Energy    ", "Total Energie   ",
      "lacks the coordinates or the energy of its 4 atoms", hint: "truncated"),
    RefusedScan(
      "g.fchk", of: "gaussian.fchk", "R   N=          12", "R   N=          15",
      "the section \"Current cartesian coordinates\" has 12 of 15 numbers", hint: "truncated"),
    RefusedScan(
      "g.fchk", of: "gaussian.fchk", "R   N=          12", "R   N=        many",
      "\"many\" is no number of values", line: 6),
    RefusedScan(
      "g.fchk", of: "gaussian.fchk", "R   N=          12", "R   N=          -1",
      "\"-1\" is no number of values", line: 6),
  ]) func gaussian(_ scan: RefusedScan) throws { try scan.check() }

  @Test(arguments: [
    RefusedScan(
      "o.out", "                 * O   R   C   A *\nProgram Version 5.0.4\n",
      "holds no geometry with a FINAL SINGLE POINT ENERGY", hint: "truncated, or the job failed"),
    RefusedScan(
      "f.engrad", of: "xtb/grad/03/frame.engrad", "\n         4\n", "\n      four\n", "is no number of atoms",
      line: 4, hint: "truncated"),
    RefusedScan(
      "f.engrad", of: "xtb/grad/03/frame.engrad", "\n         4\n", "\n         5\n",
      "has 18 values and atoms where 22 were expected", hint: "truncated"),
    RefusedScan(
      "f.engrad", of: "xtb/grad/03/frame.engrad", "   8     0.0084960", "   O     0.0084960",
      "is no atom: its atomic number, x, y, z were expected", line: 28),
    RefusedScan(
      "gradient", of: "xtb/grad/03/gradient", "  cycle =      1", "  step  =      1", "holds no cycle",
      line: 1, hint: "truncated"),
    RefusedScan(
      "gradient", of: "xtb/grad/03/gradient",
      "   3.0429811901062E-04   2.3379074455773E-03  -1.4756269936254E-03\n",
      "", "has 4 atoms and 3 gradients", line: 2, hint: "truncated"),
    RefusedScan(
      "psi4.out", "  Psi4: An Open-Source Ab Initio Electronic Structure Package\n  Psi4 1.3.2 release\n",
      "", hint: "truncated"),
  ]) func orcaXtbAndPsi4(_ scan: RefusedScan) throws { try scan.check() }

  @Test(arguments: [
    RefusedScan(
      "q.json", of: "qcengine-gradient.json", "\"geometry\": [", "\"geometry\": [0.5, ",
      "has 4 symbols and 13 coordinates"),
    RefusedScan(
      "q.json", of: "psi4-gradient.json", "\"return_result\": [\n", "\"return_result\": [0.5,\n",
      "has 4 atoms and 13 numbers of its gradient"),
    RefusedScan(
      "q.json",
      "{\"schema_name\": \"qcschema_optimization_output\", \"success\": false, \"error\": {\"error_message\": \"SCF diverged\\nat 3\"}}",
      "the optimisation is a failed run: SCF diverged"),
    RefusedScan(
      "q.json", "{\"record_type\": \"torsiondrive\", \"success\": false}", "is a failed torsion drive"),
    RefusedScan(
      "q.json", "{\"success\": false, \"error\": {\"error_message\": \"no basis\"}}",
      "is a failed run: no basis"),
    RefusedScan(
      "q.json",
      "{\"schema_name\": \"qcschema_optimization_output\", \"success\": true, \"input_specification\": {}}",
      "has neither a final molecule nor a trajectory"),
    RefusedScan(
      "t.json", of: "qcportal-record.json", "\"minimum_optimizations\"", "\"minimum_optimisations\"",
      "is a torsion drive without geometries and energies of its grid", hint: "record.minimum_optimizations"),
    RefusedScan(
      "t.json", of: "qcportal-record.json", "\"minimum_optimizations\": {\"[-150]\"",
      "\"minimum_optimizations\": {\"[west]\"", "\"[west]\" is no grid point: angles were expected"),
    RefusedScan(
      "y.json", of: "yammbs.json", "\"mapped_smiles\": \"[H:1][O:2][O:3][H:4]\"",
      "\"mapped_smiles\": \"[H:1][O:2][O:3]\"", "3 atoms in its SMILES and 4", hint: "qm_torsions of yammbs"),
    RefusedScan(
      "y.json", of: "yammbs.json", "\"energies\": {\"-150.0\"", "\"energies\": {\"-151.0\"",
      "has no energy at \"-150.0\""),
    RefusedScan(
      "y.json", of: "yammbs.json", "\"coordinates\": {\"-150.0\": [", "\"coordinates\": {\"-150.0\": [0.1, ",
      "has no coordinates at \"-150.0\""),
    RefusedScan(
      "y.json", of: "yammbs.json", "\"coordinates\": {\"-150.0\"", "\"coordinates\": {\"west\"",
      "has no coordinates at \"west\""),
    RefusedScan("y.json", "[]", "is JSON of no kind that Swivel reads"),
    RefusedScan("y.json", "{\"a\": \"\\q\"}", "\\ before a character that cannot follow it", line: 1),
  ]) func json(_ scan: RefusedScan) throws { try scan.check() }

  @Test(arguments: [
    RefusedScan(
      "a.json", of: "ase-db.json", "\"numbers\": {\"__ndarray__\": [[4], \"int64\", [1, 8, 8, 1]]}",
      "\"numbers\": {\"__ndarray__\": [[4], \"int64\", [1, 800, 8, 1]]}",
      "has an atomic number 800.0, which is none"),
    RefusedScan(
      "a.json", of: "ase-db.json", "\"numbers\": {\"__ndarray__\": [[4], \"int64\", [1, 8, 8, 1]]}",
      "\"numbers\": {\"__ndarray__\": [[3], \"int64\", [1, 8, 8]]}", "has 3 atoms and 12", hint: "truncated"),
  ]) func ase(_ scan: RefusedScan) throws { try scan.check() }

  private static let four = "COORDS 0 0 0 1 0 0 1 1 0 1 1 1"

  @Test(arguments: [
    RefusedScan("qdata.txt", "JOB\n", "this JOB has no COORDS", line: 1, hint: "truncated"),
    RefusedScan(
      "qdata.txt", "JOB 0\n\(four)\nENERGY -1\nCOORDS 0 0 x\n", "\"x\" is no number, in COORDS", line: 4),
    RefusedScan("qdata.txt", "JOB 0\n\(four)\nENERGY -1\nGRADIENT\n", "GRADIENT has 0 numbers", line: 4),
    RefusedScan(
      "m.mdcrd", of: "paramfit.mdcrd", "hydrogen peroxide", "hydrogen peroxide", "says not how many atoms",
      hint: "--topology FILE"),
    RefusedScan(
      "m.mdcrd", of: "paramfit.mdcrd", "hydrogen peroxide", "hydrogen peroxide",
      "are no whole frames of 5 atoms", hint: "with a box are not read"
    ).stating { $0.atomCounts = [5] },
    RefusedScan(
      "m.mdcrd", of: "paramfit.mdcrd", "hydrogen peroxide", "hydrogen peroxide", "has no energies beside it",
      hint: "m.dat"
    ).stating { $0.atomCounts = [4] },
    RefusedScan(
      "t.csv", "0,1\n30,2\n60\n", "has one column where an angle and an energy were expected", line: 3),
    RefusedScan(
      "t.csv", "# energy in kcal/mol\n0,1\n30,2\n60,high\n90,3\n120,4\n", "\"high\" is no number", line: 4,
      hint: "an angle and an energy"),
    RefusedScan(
      "t.csv", "# energy in kcal/mol\n0,1\n30,2\n60,2.5\n", "no geometry stands beside it",
      hint: "t.xyz, .sdf or .pdb"),
    RefusedScan(
      "t.csv", "0,1\n30,2\n60,2.5\n", "the unit of the energy", line: 1, hint: "energy_unit: kcal/mol"),
    RefusedScan("t.csv", "# energy in kcal/mol\n0,1\n30,2\n", "the manifest eV", line: 1).stating {
      $0.energyUnit = .eV
    },
    RefusedScan(
      "t.relaxscanact.dat", "0 -1\n30 -2\n", "energy_unit is eV in the manifest, and a table of ORCA"
    ).stating {
      $0.energyUnit = .eV
    },
  ]) func tablesAndTargets(_ scan: RefusedScan) throws { try scan.check() }

  @Test(arguments: [
    RefusedScan(
      "s.sdf", of: "conformers.sdf", "  4  3  0", "  x  3  0", "states no number of atoms that the file has",
      line: 4, hint: "truncated"),
    RefusedScan(
      "s.sdf", of: "conformers.sdf", "   -0.0000   -0.0091    0.0005 O   0  0  0  0  0",
      "   -0.0000   -0.0091",
      "is no atom line: x, y, z and a symbol", line: 6, hint: "truncated"),
    RefusedScan("s.sdf", "a\nb\nV2000\n", "states no number of atoms that the file has", hint: "truncated"),
    RefusedScan(
      "s.sdf",
      "a\nb\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 BEGIN ATOM\nM  V30 1 C x 0 0 0\n",
      "is no atom: x, y and z were expected", line: 7),
    RefusedScan(
      "s.sdf", "a\nb\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  END\n$$$$\n",
      "ends without an atom block", hint: "truncated"),
    RefusedScan(
      "s.sdf", of: "conformers.sdf", "<energy_hartree>", "<energy>", "the unit of the energy \"energy\"",
      hint: "`swivel init --energy-unit`"),
    RefusedScan(
      "s.sdf", of: "conformers.sdf", "<energy_hartree>", "<energy_kcal>",
      "names kcal/mol, the manifest hartree"
    )
    .stating { $0.energyUnit = .hartree },
    RefusedScan(
      "p.pdb", of: "models.pdb",
      "HETATM    2 O2   MOL A   1      -0.000  -0.009   0.000  1.00  0.00           O",
      "HETATM    2 O2   MOL A   1      -0.000  -0.009", "is no atom line: coordinates end in column 54",
      line: 4,
      hint: "truncated"),
  ]) func structures(_ scan: RefusedScan) throws { try scan.check() }

  private static func frame(_ comment: String, atoms: String = "O 0 0 0\nH 0.9 0 0\n") -> String {
    "2\n\(comment)\n\(atoms)"
  }
  private static let units = "energy_unit=eV force_unit=eV/angstrom"

  @Test(arguments: [
    RefusedScan(
      "x.xyz", frame("energy=1 energy_unit=calories"), "there is no energy unit \"calories\"", line: 2,
      hint: "kcal/mol, kJ/mol, hartree, eV"),
    RefusedScan(
      "x.xyz", frame("energy=1"), "the unit of the energy is not stated", line: 2, hint: "--convention ase"),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units)"), "energy_unit is eV here and hartree in the manifest", line: 2
    )
    .stating { $0.energyUnit = .hartree },
    RefusedScan(
      "x.xyz",
      frame(
        "energy=1 \(units) Properties=species:S:1:pos:R:3:forces:R:3", atoms: "O 0 0 0 0 0 0\nH 1 0 0 0 0 0\n"
      ),
      "force_unit is eV/angstrom here and hartree/bohr in the manifest", line: 2
    ).stating { $0.forceUnit = .hartreePerBohr },
    RefusedScan(
      "x.xyz", frame("energy=1 \(units) Properties=species:S"), "is not name:type:columns, three by three",
      line: 2),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units) Properties=species:S:one:pos:R:3"), "\"one\" is no number of columns",
      line: 2),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units) Properties=species:S:1:velocities:R:3"), "has no pos:R:3", line: 2),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units) Properties=species:S:1:pos:R:3:forces:R:3"),
      "4 columns where 7 were expected", line: 3, hint: "truncated"),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units)", atoms: "O 0 0 0\nH 0.9 zero 0\n"),
      "\"0.9 zero 0\" are no three numbers",
      line: 4, hint: "Properties="),
    RefusedScan("x.xyz", frame("energy=1 dihedral=\"0 1 2 3 \(units)"), "has no closing \"", line: 2),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units) dihedral={0 1 2"), "the value of dihedral has no closing }", line: 2),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units) dihedral=\"0 1 2 3\" dihedral_indexing=two"), "zero or one", line: 2),
    RefusedScan(
      "x.xyz", frame("energy=1 \(units)") + "two\n", "\"two\" where a number of atoms was expected", line: 5,
      hint: "the number of atoms, a comment line"),
    RefusedScan("x.xyz", frame("E"), "is one geometry without an energy, and no scan", line: 2),
    RefusedScan(
      "x.xyz", frame("a") + frame("b"), "has no energies in its comment lines", line: 2, hint: ".dat or .csv"),
    RefusedScan(
      "x.xyz", frame(" energy: -1.0 xtb: 6.5", atoms: "O 0 0 0\nH 0.9 zero 0\n"),
      "is no atom line: symbol, x, y, z", line: 4, hint: "truncated"),
  ]) func xyz(_ scan: RefusedScan) throws { try scan.check() }

  /// Energies and geometries that stand beside each other must be as many.
  @Test func filesBesideEachOtherMustFit() throws {
    let source = PeroxideReference.folder
    try Folders.temporary { folder in
      func error(_ name: String, _ files: [String: String], atoms: Int = 4) throws -> InputError {
        for (file, text) in files { try Folders.write(text, to: "\(folder)/\(file)") }
        var statement = ScanStatement()
        statement.atomCounts = [atoms]
        return try #require(throws: InputError.self) {
          try readRawScans("\(folder)/\(name)", statement: statement)
        }
      }
      let frames = try readText("\(source)/orca/peroxide.allxyz")
      let few = try error(
        "a.mdcrd",
        [
          "a.mdcrd": try readText("\(source)/paramfit.mdcrd"), "a.dat": "# hartree\n-1\n-2\n",
        ])
      #expect(few.message.contains("has 2 energies, \(folder)/a.mdcrd beside it 12 frames"), "\(few)")
      #expect(few.place?.file == "\(folder)/a.dat" && few.hint?.contains("in the same order") == true)
      let alone = try error("b.csv", ["b.csv": "# hartree\n-1\n-2\n-3\n", "b.xyz": frames])
      #expect(!alone.message.isEmpty && alone.place?.file.hasSuffix("b.csv") == true, "\(alone)")
      let many = try error("c.csv", ["c.csv": "# hartree\n0 -1\n30 -2\n60 -3\n", "c.xyz": frames])
      #expect(many.message.contains("has 12 geometries") && many.message.contains("3 angles"), "\(many)")
      #expect(many.hint?.contains("one geometry is turned") == true)
      let table = "# kcal/mol, dihedral 1 2 3 9\n0 1\n30 2\n60 3\n"
      let one = try readText("\(source)/angles.xyz")
      let far = try error("d.csv", ["d.csv": table, "d.xyz": one])
      #expect(far.message.contains("names an atom that the geometry lacks"), "\(far)")
      let chain = try error("e.csv", ["e.csv": table.replacing("1 2 3 9", with: "1 3 2 4"), "e.xyz": one])
      #expect(chain.message.contains("is no chain of bonded atoms"), "\(chain)")
      let butane =
        Sample().xyz { _ in "one" }.split(separator: "\n").prefix(16).joined(separator: "\n") + "\n"
      let which = try error(
        "f.csv", ["f.csv": table.replacing(", dihedral 1 2 3 9", with: ""), "f.xyz": butane])
      #expect(which.message.contains("does not say which dihedral its angles are of"), "\(which)")
      #expect(which.hint?.contains("dihedral_indexing: zero") == true)
      let broken = try error(
        "h.csv",
        [
          "h.csv": table.replacing("9", with: "4"), "h.xyz": one.replacing("1.4007089470", with: "far"),
        ])
      #expect(broken.message.contains("is no atom line") && broken.place?.line == 5, "\(broken)")
      #expect(broken.place?.file == "\(folder)/h.xyz")
    }
  }

  @Test func foldersThatHoldNoScanAreNamed() throws {
    try Folders.temporary { folder in
      try Folders.write("nothing", to: "\(folder)/notes.txt")
      let error = #expect(throws: InputError.self) { try readRawScans(folder, statement: ScanStatement()) }
      #expect(
        error?.message.contains("is a folder without qdata.txt") == true && error?.place?.file == folder)
      #expect(error?.hint?.contains("an output of Gaussian, ORCA") == true)
      try Folders.write("JOB 0\n\(Self.four)\nENERGY -1\n", to: "\(folder)/qdata.txt")
      for (file, text, words, line) in [
        ("metadata.json", "{\"dihedrals\": 5}", "is no JSON with a list \"dihedrals\"", nil),
        ("metadata.json", "{\"dihedrals\": [[0, 1, 2]]}", "", nil),
        ("dihedrals.txt", "# i j k l\n1 2 3\n", "", 2), ("dihedrals.txt", "1 2 3 x\n", "", 1),
      ] as [(String, String, String, Int?)] {
        try? FileManager.default.removeItem(atPath: "\(folder)/metadata.json")
        try Folders.write(text, to: "\(folder)/\(file)")
        let wrong = #expect(throws: InputError.self) { try readRawScans(folder, statement: ScanStatement()) }
        #expect(wrong?.message.contains(words) == true || words.isEmpty, "\(wrong?.description ?? "")")
        #expect(
          wrong?.place?.file == "\(folder)/\(file)" && wrong?.place?.line == line,
          "\(wrong?.description ?? "")")
      }
    }
  }

  /// An entry that a file does not hold.
  @Test func entriesThatAreNotThereAreNamed() throws {
    try Folders.temporary { folder in
      try FileManager.default.copyItem(
        atPath: "\(PeroxideReference.folder)/yammbs.json", toPath: "\(folder)/y.json")
      let error = #expect(throws: InputError.self) {
        try readRawScans("\(folder)/y.json#43", statement: ScanStatement())
      }
      #expect(error?.message == "holds no entry \"43\"" && error?.hint?.contains("42") == true)
    }
  }
}
