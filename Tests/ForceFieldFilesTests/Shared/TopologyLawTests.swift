// What must not matter to a reader of topologies: line ends, blanks, comments, the order of lines and sections, the end from
// which a term is read, and the names of atoms; what must not matter to a writer: in which order the atoms stand.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TopologyLawTests {
  @Test(arguments: TopologyCase.all) func lineEndsAndBlanksDoNotMatter(_ one: TopologyCase) throws {
    let plain = try one.read()
    #expect(try one.read { $1.replacing("\n", with: "\r\n") } == plain, "CRLF")
    // Blanks are fields of a prmtop, whose lines have no other separator.
    let isFixed = one.topology.hasSuffix(".prmtop")
    if !isFixed {
      #expect(try one.read { $1.replacing("\n", with: "   \n") } == plain, "blanks at the ends of lines")
    }
    #expect(try one.read { "\($1)\n  \n\n" } == plain, "empty lines at the end")
    let bare = try one.read { String($1.reversed().drop { $0.isNewline }.reversed()) }
    #expect(bare == plain, "no line end at the end")
    #expect(try one.read { "\u{FEFF}\($1)" } == plain, "a byte-order mark")
  }

  /// A comment of the format's behind or between all lines.
  @Test(arguments: TopologyCase.all) func commentsDoNotMatter(_ one: TopologyCase) throws {
    let plain = try one.read()
    let commented = try one.read { name, text in
      switch name.split(separator: ".").last {
      case "prmtop": text.replacing(/(%FLAG.*\n)/) { "\($0.1)%COMMENT said by another program\n" }
      case "top", "itp": text.replacing(/([^\\\n])\n/) { "\($0.1) ; 1 2 3\n; [ said ]\n" }
      case "prm" where one.name.hasPrefix("CHARMM"), "rtf", "str":
        // No line of its own between one that ends with a hyphen and what it goes on with.
        text.replacing(/-\n/) { _ in "- ! BONDS\n" }.replacing(/([^-S])\n/) { "\($0.1) ! BONDS\n! 1 2 3\n" }
      case "prm": text.replacing("\n", with: " # 1 2 3\n# bond 1 2\n")
      case "in", "settings": text.replacing(/([^&\n])\n/) { "\($0.1) # units metal\n# said\n" }
      case "xml": text.replacing(">\n", with: "><!-- <Bond/> -->\n")
      case "pdb": "REMARK said\n\(text)"
      default: text
      }
    }
    #expect(commented == plain)
  }

  // MARK: The order of lines, and the end from which a term is read

  /// Lines of GROMACS that stand for themselves, turned around in their sections; atoms read from the other end.
  @Test func gromacsLinesHaveNoOrder() throws {
    let plain = try TopologyCase.gromacs.read()
    let turned = try TopologyCase.gromacs.read { name, text in
      guard name == "mixed.top" else { return text }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for section in ["bonds", "pairs", "exclusions", "dihedrals"] {
        let head = lines.firstIndex(of: "[ \(section) ]")
        let first = try #require(head) + 1
        let end = lines[first...].firstIndex { $0.hasPrefix("[") || $0.hasPrefix("#") } ?? lines.endIndex
        let width = section == "dihedrals" ? 4 : section == "exclusions" ? 0 : 2
        let turned = lines[first..<end].map { line -> String in
          let words = line.split(separator: " ")
          // Function 2 of [ pairs ] names the charges in the order of the atoms; their product alone counts.
          return (words.prefix(width).reversed() + words.dropFirst(width)).joined(separator: " ")
        }
        lines.replaceSubrange(first..<end, with: turned.reversed())
      }
      return lines.joined(separator: "\n")
    }
    #expect(turned.bonds != plain.bonds, "the lines were turned around")
    let found = largestDifference(plain, turned)
    #expect(found.size < 1e-12, "\(found)")
  }

  @Test func sectionsOfAPrmtopHaveNoOrder() throws {
    let plain = try TopologyCase.amber.read()
    var random = SeededGenerator(seed: 8)
    let shuffled = try TopologyCase.amber.read { _, text in
      let parts = text.components(separatedBy: "%FLAG ")
      return parts[0] + parts.dropFirst().shuffled(using: &random).map { "%FLAG \($0)" }.joined()
    }
    #expect(shuffled == plain)
  }

  /// The pointers of a prmtop's torsions from the other end; a sign says what it says in its place.
  @Test func torsionsOfAPrmtopMayBeReversed() throws {
    let plain = try TopologyCase.amber.read()
    var turned = 0
    let reversed = try TopologyCase.amber.read { _, text in
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for flag in ["DIHEDRALS_INC_HYDROGEN", "DIHEDRALS_WITHOUT_HYDROGEN"] {
        let found = lines.firstIndex { $0.hasPrefix("%FLAG \(flag)") }
        let head = try #require(found) + 2
        let end = lines[head...].firstIndex { $0.hasPrefix("%") } ?? lines.endIndex
        for row in head..<end {
          var values = lines[row].split(separator: " ").compactMap { Int($0) }
          for at in stride(from: 0, to: values.count, by: 5) {
            let (a, b, c, d) = (values[at], values[at + 1], values[at + 2], values[at + 3])
            // There is no −0: such a row stays.
            guard c >= 0 || b != 0, d >= 0 || a != 0 else { continue }
            values.replaceSubrange(at..<(at + 4), with: [abs(d), abs(c), c < 0 ? -b : b, d < 0 ? -a : a])
            turned += 1
          }
          lines[row] = values.map { padded("\($0)", 8) }.joined()
        }
      }
      return lines.joined(separator: "\n")
    }
    #expect(turned > 10 && reversed.torsions.count == plain.torsions.count)
    let found = largestDifference(plain, reversed)
    #expect(found.size < 1e-12, "\(found)")
  }

  @Test func listsOfAPSFMayBeReversed() throws {
    let plain = try TopologyCase.charmm.read()
    let reversed = try TopologyCase.charmm.read { name, text in
      guard name == "nma.psf" else { return text }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for (section, width) in [("!NBOND", 2), ("!NTHETA", 3), ("!NPHI", 4), ("!NIMPHI", 4)] {
        let found = lines.firstIndex { $0.contains(section) }
        let head = try #require(found) + 1
        let last = lines[head...].firstIndex { $0.isEmpty }
        let end = try #require(last)
        // Terms go on over the ends of lines.
        let values = lines[head..<end].flatMap { $0.split(separator: " ") }
        let terms = stride(from: 0, to: values.count, by: width).map { values[$0..<($0 + width)].reversed() }
        let turned = terms.reversed().flatMap { $0 }.map { padded(String($0), 8) }
        let rows = stride(from: 0, to: turned.count, by: 8).map {
          turned[$0..<min($0 + 8, turned.count)].joined()
        }
        lines.replaceSubrange(head..<end, with: rows)
      }
      return lines.joined(separator: "\n")
    }
    #expect(reversed.bonds != plain.bonds, "the lines were turned around")
    let found = largestDifference(plain, reversed)
    #expect(found.size < 1e-12, "\(found)")
  }

  /// Types of CHARMM's parameters from the other end, and its sections in another order.
  @Test func parametersOfCharmmHaveNoOrder() throws {
    let plain = try TopologyCase.charmm.read()
    let turned = try TopologyCase.charmm.read { name, text in
      guard name == "base.prm" else { return text }
      var parts: [(head: String, rows: [String])] = [("", [])]
      var widths: [String: Int] = ["BONDS": 2, "ANGLES": 3, "DIHEDRALS": 4, "IMPROPER": 4, "IMPROPERS": 4]
      for line in text.split(separator: "\n").map(String.init) {
        let first = line.split(separator: " ").first.map(String.init) ?? ""
        if widths[first] != nil || ["NONBONDED", "NBFIX", "END", "CMAP"].contains(where: first.hasPrefix) {
          parts.append((line, []))
        } else {
          parts[parts.count - 1].rows.append(line)
        }
      }
      widths["NBFIX"] = 2
      let bonded = parts.indices.filter { widths[parts[$0].head] != nil }
      for index in bonded {
        let width = widths[parts[index].head] ?? 0
        parts[index].rows = parts[index].rows.map { row in
          let words = row.split(separator: " ")
          guard !row.hasPrefix("!"), words.count > width else { return row }
          return (words.prefix(width).reversed() + words.dropFirst(width)).joined(separator: " ")
        }
      }
      let order = bonded.reversed().map { parts[$0] }
      for (index, part) in zip(bonded, order) { parts[index] = part }
      return parts.map { ([$0.head] + $0.rows).joined(separator: "\n") }.joined(separator: "\n") + "\n"
    }
    let found = largestDifference(plain, turned)
    #expect(found.size < 1e-12, "\(found)")
  }

  /// Rows of a data file have numbers, and no order; sections have none either.
  @Test(arguments: TopologyCase.lammps) func rowsOfLammpsHaveNoOrder(_ one: TopologyCase) throws {
    let plain = try one.read()
    var reversals = 0
    let turned = try one.read { name, text in
      guard name.hasSuffix(".data") else { return text }
      // A header up to the first section, then heads of sections, empty lines, and rows.
      let blocks = text.components(separatedBy: "\n\n")
      let start = try #require(
        blocks.firstIndex { $0.first?.isUppercase == true && !$0.contains("\n") && $0 != blocks[0] })
      var sections: [(head: String, rows: [String])] = []
      for block in blocks[start...] {
        if block.first?.isUppercase == true {
          sections.append((block.trimmingSpaces, []))
        } else if !block.isEmpty, !sections.isEmpty {
          sections[sections.count - 1].rows += block.split(separator: "\n").map(String.init)
        }
      }
      for index in sections.indices {
        let head = sections[index].head.split(separator: " ").first ?? ""
        var rows = sections[index].rows
        if let atoms = ["Bonds": 2, "Angles": 3, "Dihedrals": 4][head] {
          rows = rows.map { row in
            let words = row.split(separator: " ")
            reversals += 1
            return
              (words.prefix(2) + words.dropFirst(2).prefix(atoms).reversed()
              + words.dropFirst(2 + atoms)).joined(separator: " ")
          }
        }
        sections[index].rows = rows.reversed()
      }
      // Atoms come before what names them.
      let fixed = sections.filter {
        ["Masses", "Atoms"].contains(String($0.head.prefix { $0 != " " })) || $0.head.contains("Labels")
      }
      let free = sections.filter { section in !fixed.contains { $0.head == section.head } }
      return
        (blocks[..<start]
        + (fixed + free.reversed()).map { "\($0.head)\n\n" + $0.rows.joined(separator: "\n") })
        .joined(separator: "\n\n") + "\n"
    }
    #expect(reversals > 40 && turned.torsions.count == plain.torsions.count)
    let found = largestDifference(plain, turned)
    #expect(found.size < 1e-12, "\(found)")
  }

  /// Elements of a System in another order, their particles from the other end.
  @Test func elementsOfASystemHaveNoOrder() throws {
    let plain = try TopologyCase.openmm.read()
    let turned = try TopologyCase.openmm.read { name, text in
      guard name == "amide.xml" else { return text }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for index in lines.indices {
        let line = lines[index]
        if line.contains("<Torsion "), line.contains(" p4=") {
          lines[index] = line.replacing("p1=", with: "q4=").replacing("p2=", with: "q3=")
            .replacing("p3=", with: "p2=").replacing("p4=", with: "p1=").replacing(/q([34]=)/) { "p\($0.1)" }
        } else if line.contains("<Angle ") {
          lines[index] = line.replacing("p1=", with: "q3=").replacing("p3=", with: "p1=").replacing(
            "q3=", with: "p3=")
        } else if line.contains("<Bond "), line.contains(" p2=") {
          lines[index] = line.replacing("p1=", with: "q2=").replacing("p2=", with: "p1=").replacing(
            "q2", with: "p2")
        }
      }
      // The elements of each list from the last to the first.
      for tag in ["<Bond ", "<Angle ", "<Torsion ", "<Exception "] {
        var at = 0
        while let first = lines[at...].firstIndex(where: { $0.contains(tag) }) {
          let end = lines[first...].firstIndex { !$0.contains(tag) } ?? lines.endIndex
          lines.replaceSubrange(first..<end, with: Array(lines[first..<end].reversed()))
          at = end
        }
      }
      return lines.joined(separator: "\n")
    }
    #expect(turned.bonds != plain.bonds && turned.torsions.count == plain.torsions.count)
    let found = largestDifference(plain, turned)
    #expect(found.size < 1e-12, "\(found)")
  }

  /// Keywords of Tinker in another order; classes from the other end, but of impropers, where the place says the centre.
  @Test(arguments: TopologyCase.tinker) func linesOfTinkerHaveNoOrder(_ one: TopologyCase) throws {
    let plain = try one.read()
    let turned = try one.read { name, text in
      guard name.hasSuffix(".prm") else { return text }
      let lines = text.split(separator: "\n").map(String.init)
      func keyword(_ line: String) -> String { String(line.prefix { $0 != " " }) }
      let keywords = Set(lines.map(keyword)).sorted().reversed()
      return keywords.flatMap { word in
        // Of two lines for the same classes the first counts: their order stays.
        lines.filter { keyword($0) == word }.map { line -> String in
          guard let width = ["bond": 2, "angle": 3, "ureybrad": 3, "torsion": 4][word] else { return line }
          let words = line.split(separator: " ")
          return ([words[0]] + words.dropFirst().prefix(width).reversed() + words.dropFirst(1 + width))
            .joined(separator: " ")
        }
      }.joined(separator: "\n")
    }
    let found = largestDifference(plain, turned)
    #expect(found.size < 1e-12, "\(found)")
  }

  // MARK: Writing

  /// What a format writes of a molecule whose atoms stand in another order is that molecule.
  @Test(
    arguments: [ParameterFormat.amber, .gromacs, .openmm, .charmm, .lammps, .tinker], [3, 5] as [UInt64])
  func atomsMayBeRelabelled(format: ParameterFormat, seed: UInt64) throws {
    let plain = try readAmberTopology(AmberTopologyTests.butane)
    var random = SeededGenerator(seed: seed)
    let places = plain.atoms.indices.shuffled(using: &random)
    let coordinates = latticeCoordinates(plain.atoms.count, seed: 1)
    func written(_ topology: Topology) throws -> Topology {
      try Folders.temporary { folder in
        let files = try format.completeTopology(
          topology, name: "m", coordinates: coordinates, header: ["made"])
        for file in files { try Folders.write(file.text, to: "\(folder)/m\(file.suffix)") }
        let others: [String]
        switch format {
        case .openmm: others = ["m.pdb", "m.types.xml"]
        case .charmm, .tinker: others = ["m.prm"]
        case .lammps: others = ["m.in"]
        default: others = []
        }
        return try readTopology("\(folder)/m\(files[0].suffix)", parameters: others.map { "\(folder)/\($0)" })
          .topology
      }
    }
    let (first, second) = (try written(plain), try written(plain.relabelled(places)))
    #expect(first.atoms.count == 14 && first.torsions.count == plain.torsions.count)
    for (atom, place) in places.enumerated() {
      #expect(second.atoms[place].element == first.atoms[atom].element)
      #expect(abs(second.atoms[place].charge - first.atoms[atom].charge) < 1e-9)
      #expect(second.atoms[place].type == first.atoms[atom].type)
    }
    let own = largestDifference(first, second, places: places)
    #expect(own.size < 1e-9, "\(own)")
    // E16.8 of a prmtop keeps nine digits; the Coulomb constants of the others are their engines'.
    var scaled = first
    let ratio = plain.coulombConstant / first.coulombConstant
    for index in scaled.pairs.indices { scaled.pairs[index].coulomb *= ratio }
    let whole = largestDifference(plain, scaled)
    #expect(whole.size < 1e-6, "\(whole)")
  }

  /// Random molecules: what is written says the same, term by term.
  @Test(arguments: 1...6 as ClosedRange<UInt64>) func randomTermsComeBack(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let name = ["butane", "2-methylbutane", "pentane"][Int(seed) % 3]
    var topology = try readAmberTopology("\(Folders.root)/families/alkanes/molecules/\(name).prmtop")
    for index in topology.bonds.indices {
      topology.bonds[index].forceConstant *= Double.random(in: 0.5...2, using: &random)
      topology.bonds[index].length += Double.random(in: -0.1...0.1, using: &random)
    }
    for index in topology.angles.indices {
      topology.angles[index].forceConstant *= Double.random(in: 0.5...2, using: &random)
      topology.angles[index].angle += Double.random(in: -0.2...0.2, using: &random)
    }
    for index in topology.torsions.indices {
      topology.torsions[index].terms = (1...6).filter { _ in Bool.random(using: &random) }.map {
        TorsionTerm(
          periodicity: $0, phase: Bool.random(using: &random) ? .pi : 0,
          forceConstant: Double.random(in: -3...3, using: &random))
      }
    }
    // Each format that says bonded terms atom by atom.
    for format in [ParameterFormat.amber, .gromacs, .openmm, .lammps] {
      try Folders.temporary { folder in
        let files = try format.completeTopology(
          topology, name: "m", coordinates: latticeCoordinates(topology.atoms.count, seed: 1), header: [])
        for file in files { try Folders.write(file.text, to: "\(folder)/m\(file.suffix)") }
        let others = format == .openmm ? ["m.pdb", "m.types.xml"] : format == .lammps ? ["m.in"] : []
        var again = try readTopology(
          "\(folder)/m\(files[0].suffix)", parameters: others.map { "\(folder)/\($0)" }
        ).topology
        let ratio = topology.coulombConstant / again.coulombConstant
        for index in again.pairs.indices { again.pairs[index].coulomb *= ratio }
        let found = largestDifference(topology, again)
        #expect(found.size < 1e-6, "\(format) \(found)")
        #expect(again.bondGraph == topology.bondGraph, "\(format)")
      }
    }
  }
}
