// Dihedrals as files and manifests state them: what four atoms are, from which number they count, and what is none.

import Chemistry
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct StatedDihedralTests {
  private let place = SourcePlace(file: "x.xyz", line: 2)

  @Test(arguments: [
    ("0 1 2 3", "zero"), ("0,1,2,3", "zero"), ("[0, 1, 2, 3]", "0"), ("(0 1 2 3)", "Zero"),
    ("0\t1\t2\t3", "ZERO"),
    ("1 2 3 4", "one"), ("1, 2, 3, 4", "1"), (" [1 2 3 4] ", "One"),
  ])
  func fourAtomsAreReadHoweverTheyAreWritten(_ text: String, indexing: String) throws {
    #expect(try quartet(text, indexing: indexing, atoms: 4, place: place) == Quartet(0, 1, 2, 3))
  }

  @Test(
    arguments: [
      ("0 1 2", "zero", "the dihedral \"0 1 2\" is not four atoms", "such as dihedral"),
      ("0 1 2 3 4", "zero", "is not four atoms", "such as dihedral"),
      ("a b c d", "zero", "is not four atoms", ""),
      ("", "zero", "is not four atoms", ""), ("0 1 2 3.5", "zero", "is not four atoms", ""),
      ("0 1 2 9999999999999999999", "zero", "is not four atoms", ""),
      ("0 1 2 3", nil, "without saying whether atoms count from zero or one", "dihedral_indexing=zero"),
      ("0 1 2 3", "two", "dihedral_indexing is \"two\" where zero or one was expected", ""),
      ("0 1 2 3", "one", "does not name four different atoms", "atoms count from 1 here"),
      ("0 1 2 4", "zero", "does not name four different atoms", "atoms count from 0 here"),
      ("0 1 1 3", "zero", "does not name four different atoms", ""),
      ("-1 1 2 3", "zero", "does not name four", ""),
    ] as [(String, String?, String, String)])
  func whatIsNoneIsRefused(_ text: String, indexing: String?, words: String, hint: String) {
    let error = #expect(throws: InputError.self) {
      try quartet(text, indexing: indexing, atoms: 4, place: place)
    }
    #expect(error?.message.contains(words) == true && error?.place == place, "\(error?.description ?? "")")
    #expect(hint.isEmpty || error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
  }

  private static let header =
    "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral_indexing=zero dihedral=\"0 1 2 3\""

  /// Comment lines of frames after the first that say something else than the first.
  @Test(arguments: [
    (
      "dihedral=\"0 1 2 3\"", "dihedral=\"4 0 1 2\"",
      "frame 3 names another dihedral than the frames before it"
    ),
    ("held=\"4 0 1 2\"", "held=\"5 0 1 2\"", "frame 3 names other held dihedrals"),
    ("geometry=relaxed", "geometry=rigid", "frame 3 states another geometry= than the frames before it"),
    ("geometry=relaxed", "geometry=bent", "geometry is \"bent\" where relaxed or rigid was expected"),
  ])
  func framesMustSayTheSame(_ first: String, third: String, words: String) {
    let sample = Sample()
    let own = first.hasPrefix("dihedral") ? Self.header : "\(Self.header) \(first)"
    var lines = sample.extendedXYZ(header: own).split(separator: "\n").map(String.init)
    let at = 2 * (sample.topology.atoms.count + 2) + 1
    lines[at] = lines[at].replacing(first, with: third)
    let error = #expect(throws: InputError.self) { try read(lines.joined(separator: "\n")) }
    #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.place?.line == at + 1)
  }

  /// Eight atoms are two dihedrals: the first is driven, the second held.
  @Test func severalDihedralsAreDrivenAndHeld() throws {
    var scan = RawScan(file: "x", format: "x")
    let values = [
      "dihedral": "0 1 2 3 1 2 3 4", "held": "5 0 1 2", "dihedral_indexing": "zero", "geometry": "RIGID",
    ]
    for frame in 1...2 { try readDihedrals(values, atoms: 6, frame: frame, place: place, into: &scan) }
    #expect(scan.driven == Quartet(0, 1, 2, 3) && scan.held == [Quartet(1, 2, 3, 4), Quartet(5, 0, 1, 2)])
    #expect(scan.geometry == .rigid && scan.drivenPlace == place)
    // From the other end it is the same.
    let reversed = values.merging(["dihedral": "3 2 1 0 4 3 2 1", "held": "2 1 0 5"]) { $1 }
    try readDihedrals(reversed, atoms: 6, frame: 3, place: place, into: &scan)
    #expect(scan.driven == Quartet(0, 1, 2, 3) && scan.held.count == 2)
  }

  /// Dihedrals that no torsion of the molecule is, stated in family.yaml or by the file.
  @Test(arguments: [
    (Quartet(0, 1, 2, 99), "names an atom that the molecule does not have", "it has 14 atoms"),
    (Quartet(0, 1, 3, 2), "atoms 1 and 3 are not bonded in the topology", "from zero or from one"),
    (Quartet(4, 0, 5, 6), "is an improper, the other three about atom 0", "leave the scan out"),
  ])
  func chainsOfBondsAreAskedFor(_ driven: Quartet, words: String, hint: String) {
    let graph = Sample().topology.bondGraph
    let error = #expect(throws: InputError.self) { try checkedDriven(driven, graph: graph, place: place) }
    #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.hint?.contains(hint) == true && error?.place == place, "\(error?.description ?? "")")
  }

  @Test func heldDihedralsHaveABondEach() throws {
    let graph = Alkane(carbons: 5).topology.bondGraph
    let driven = Quartet(0, 1, 2, 3)
    #expect(try checkedHeld([Quartet(1, 2, 3, 4)], driven: driven, graph: graph, place: place).count == 1)
    for held in [[Quartet(3, 2, 1, 0)], [Quartet(1, 2, 3, 4), Quartet(4, 3, 2, 1)]] {
      let error = #expect(throws: InputError.self) {
        try checkedHeld(held, driven: driven, graph: graph, place: place)
      }
      #expect(error?.message.contains("is about the bond of another that is held or driven") == true)
      #expect(error?.hint?.contains("one dihedral a bond") == true)
    }
  }
}
