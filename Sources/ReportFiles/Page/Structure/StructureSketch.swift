// A molecule as a chemist draws it, with the bond that a scan turns marked.

import CMath
import Chemistry
import TextFiles
import TorsionModel

/// A structural formula in the plane: hydrogens only where they are driven or stand on other atoms than carbon.
struct StructureSketch: Codable, Hashable, Sendable {
  /// The atoms drawn.
  var atoms: [Atom]
  var bonds: [Bond]
  /// The four driven atoms, places in `atoms`.
  var driven: [Int]
  /// Whether parts far from the driven bond were left away.
  var isCut: Bool

  struct Atom: Codable, Hashable, Sendable {
    /// In units of a bond, x to the right, y up.
    var x: Double
    var y: Double
    /// "O", "NH2"; nil for a carbon, which is a corner.
    var label: String?
  }

  struct Bond: Codable, Hashable, Sendable {
    var a: Int
    var b: Int
    var order: Int
  }

  /// Atoms drawn at most; of larger molecules what lies around the driven bond.
  static let mostAtoms = 40

  /// The sketch of a molecule with a driven dihedral.
  init(_ formula: StructuralFormula, driven quartet: Quartet) {
    let graph = formula.graph
    let symbols = formula.elements.map(\.symbol)
    var kept = symbols.indices.filter { symbols[$0] != "H" || quartet.atoms.contains($0) }
    isCut = kept.count > Self.mostAtoms
    if isCut {
      let near = circle(around: quartet.centralBond, in: graph, of: Self.mostAtoms, where: Set(kept))
      kept = kept.filter(near.contains)
    }
    let place = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    let inner = zip(graph.bonds, formula.orders).compactMap { bond, order -> Bond? in
      guard let a = place[bond.a], let b = place[bond.b] else { return nil }
      return Bond(a: a, b: b, order: order)
    }
    let positions = structureLayout(
      BondGraph(atomCount: kept.count, bonds: inner.map { BondIndex($0.a, $0.b) }))
    // Two digits: a drawing needs no more, and page.json stays small.
    atoms = kept.enumerated().map { index, atom in
      let hydrogens = graph.neighbours[atom].count { symbols[$0] == "H" && place[$0] == nil }
      let isCorner = symbols[atom] == "C" && kept.count > 1
      return Atom(
        x: rounded(positions[index].x, 2), y: rounded(positions[index].y, 2),
        label: isCorner
          ? nil : symbols[atom] + (hydrogens == 0 ? "" : hydrogens == 1 ? "H" : "H\(hydrogens)"))
    }
    bonds = inner
    driven = quartet.atoms.compactMap { place[$0] }
  }
}

/// The `count` atoms nearest to a bond among `allowed`, by bonds.
private func circle(around bond: BondIndex, in graph: BondGraph, of count: Int, where allowed: Set<Int>)
  -> Set<Int>
{
  let steps = breadthFirst(graph, from: [bond.a, bond.b]) { allowed.contains($1) }
  return Set(steps.prefix(count).map(\.atom))
}

extension StructureSketch {
  /// The drawing, `unit` pixels a bond at most, `width` wide and as high as it needs to be, `tallest` at most.
  func svg(width: Double = 132, tallest: Double = 96, unit: Double = 22, title: String) -> Markup {
    let (xs, ys) = (atoms.map(\.x), atoms.map(\.y))
    let (w, h) = ((xs.max() ?? 0) - (xs.min() ?? 0), (ys.max() ?? 0) - (ys.min() ?? 0))
    let scale = min(unit, (width - 34) / max(w, 1e-6), (tallest - 26) / max(h, 1e-6))
    let height = min(tallest, scale * h + 26)
    let (left, top) = ((xs.max() ?? 0) + (xs.min() ?? 0), (ys.max() ?? 0) + (ys.min() ?? 0))
    let points = atoms.map { atom in
      Point(
        x: width / 2 + scale * (atom.x - left / 2), y: height / 2 - scale * (atom.y - top / 2))
    }
    let marked = driven.count == 4 ? Set([driven[1], driven[2]]) : []
    let path: Markup? =
      driven.count == 4
      ? "<path class=\"sketch-path\" d=\"M\(driven.map { points[$0].text }.joined(separator: "L"))\" />" : nil
    return """
      <svg class="sketch" viewBox="0 0 \(coordinate(width)) \(coordinate(height))" role="img" aria-label="\(title)">\
      <title>\(title)</title>\
      \(path)\(bonds.map { lines($0, points, isDriven: marked == [$0.a, $0.b]) })\(turn(points))\
      \(atoms.indices.compactMap { label($0, points) })</svg>
      """
  }

  private struct Point {
    var x: Double
    var y: Double
    var text: String { "\(coordinate(x)) \(coordinate(y))" }
  }

  private func neighbours(of atom: Int) -> [Int] {
    bonds.compactMap { $0.a == atom ? $0.b : $0.b == atom ? $0.a : nil }
  }

  private func lines(_ bond: Bond, _ points: [Point], isDriven: Bool) -> Markup {
    let (a, b) = (points[bond.a], points[bond.b])
    let length = max(1e-6, ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot())
    let along = (x: (b.x - a.x) / length, y: (b.y - a.y) / length)
    // Letters stand free of their bonds.
    let (from, to) = (atoms[bond.a].label == nil ? 0 : 7.5, atoms[bond.b].label == nil ? 0 : 7.5)
    func line(_ side: Double, shorter: Double = 0) -> String {
      let (s, e) = (from + shorter, length - to - shorter)
      let start = Point(x: a.x + along.x * s - along.y * side, y: a.y + along.y * s + along.x * side)
      let end = Point(x: a.x + along.x * e - along.y * side, y: a.y + along.y * e + along.x * side)
      return "M\(start.text)L\(end.text)"
    }
    let data: String
    switch bond.order {
    case 3: data = line(0) + line(2.8, shorter: 1) + line(-2.8, shorter: 1)
    case 2:
      // The second line goes to the side where the other neighbours are; between the two where they are on both.
      let others = (neighbours(of: bond.a) + neighbours(of: bond.b)).filter { $0 != bond.a && $0 != bond.b }
      let side = others.reduce(0.0) { sum, other in
        sum + along.x * (points[other].y - a.y) - along.y * (points[other].x - a.x)
      }
      data =
        abs(side) < 2 || neighbours(of: bond.a).count == 1 || neighbours(of: bond.b).count == 1
        ? line(1.5) + line(-1.5) : line(0) + line(side > 0 ? 3 : -3, shorter: 2.5)
    default: data = line(0)
    }
    return "<path class=\"\(isDriven ? "sketch-driven" : "sketch-bond")\" d=\"\(data)\" />"
  }

  /// A round arrow about the driven bond.
  private func turn(_ points: [Point]) -> Markup? {
    guard driven.count == 4 else { return nil }
    let (a, b) = (points[driven[1]], points[driven[2]])
    let angle = atan2(b.y - a.y, b.x - a.x) / Units.degree
    return """
      <path class="sketch-turn" transform="translate(\(coordinate((a.x + b.x) / 2)) \(coordinate((a.y + b.y) / 2))) \
      rotate(\(coordinate(angle)))" \
      d="M2.6 -6.4A2.9 7 0 1 0 2.9 3M0.2 2.2L2.9 3L4 0.2" />
      """
  }

  private func label(_ atom: Int, _ points: [Point]) -> Markup? {
    guard let label = atoms[atom].label else { return nil }
    let centre = points[atom]
    let around = neighbours(of: atom)
    let pull = around.reduce(0.0) { $0 + points[$1].x - centre.x }
    let letters = String(label.prefix { $0 != "H" || label.first == "H" })
    let rest = String(label.dropFirst(letters.count).map { $0.isNumber ? subscripted($0) : $0 })
    let sides = around.map { points[$0].x - centre.x }
    if !rest.isEmpty, let least = sides.min(), let most = sides.max(), least < -4, most > 4 {
      // Bonds leave to both sides: hydrogens stand above or below.
      let up = around.reduce(0.0) { $0 + points[$1].y - centre.y } > 0
      return """
        <text class="sketch-atom" x="\(coordinate(centre.x))" y="\(coordinate(centre.y + 3.9))" text-anchor="middle">\
        \(letters)</text>\
        <text class="sketch-atom" x="\(coordinate(centre.x))" y="\(coordinate(centre.y + (up ? -6.1 : 13.9)))" \
        text-anchor="middle">\(rest)</text>
        """
    }
    // Hydrogens stand on the side away from the neighbours.
    let toLeft = !rest.isEmpty && pull > 1 && !around.isEmpty
    let text = toLeft ? rest + letters : letters + rest
    let half = 3.6 * Double(letters.count)
    return """
      <text class="sketch-atom" \
      x="\(coordinate(rest.isEmpty ? centre.x : toLeft ? centre.x + half : centre.x - half))" \
      y="\(coordinate(centre.y + 3.9))" text-anchor="\(rest.isEmpty ? "middle" : toLeft ? "end" : "start")">\
      \(text)</text>
      """
  }
}

/// The subscript of a digit.
private func subscripted(_ digit: Character) -> Character {
  guard let value = digit.wholeNumberValue, let scalar = Unicode.Scalar(0x2080 + value) else { return digit }
  return Character(scalar)
}
