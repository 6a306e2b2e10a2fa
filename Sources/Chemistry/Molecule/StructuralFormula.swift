// Which bonds a chemist draws double or triple, from elements and connectivity alone.

/// The structural formula of a molecule: one Kekulé structure, without charges.
///
/// Force-field topologies have no bond orders; atoms with fewer neighbours than their valence (C 4, N 3, O and S 2;
/// S(VI) and P(V) with terminal oxygen as usually drawn) share what is left with neighbours that have some left too.
public struct StructuralFormula: Hashable, Sendable {
  /// The element of each atom.
  public let elements: [Element]
  /// The bonds.
  public let graph: BondGraph
  /// The order of each bond of ``graph``, 1 … 3.
  public let orders: [Int]

  /// The formula of the atoms and bonds given; among several structures the first by the atoms' order.
  public init(elements: [Element], graph: BondGraph) {
    self.elements = elements
    self.graph = graph
    var search = OrderSearch(graph: graph, free: freeValences(elements, graph))
    search.run()
    orders = search.best.orders
  }
}

extension StructuralFormula {
  /// The formula of a topology's atoms and bonds.
  public init(of topology: Topology) {
    self.init(elements: topology.atoms.map(\.element), graph: topology.bondGraph)
  }
}

/// What each atom's valence leaves after single bonds.
private func freeValences(_ elements: [Element], _ graph: BondGraph) -> [Int] {
  let symbols = elements.map(\.symbol)
  return elements.indices.map { atom in
    let degree = graph.neighbours[atom].count
    let terminalOxygens = graph.neighbours[atom].count {
      symbols[$0] == "O" && graph.neighbours[$0].count == 1
    }
    switch symbols[atom] {
    case "C", "Si": return max(0, 4 - degree)
    // The nitro group is drawn with two double bonds.
    case "N": return degree == 3 && terminalOxygens == 2 ? 2 : max(0, 3 - degree)
    case "O": return max(0, 2 - degree)
    case "S": return degree < 2 ? 2 - degree : min(terminalOxygens, degree - 2)
    case "P": return degree == 4 ? min(1, terminalOxygens) : max(0, 3 - degree)
    default: return 0
    }
  }
}

/// Pairs free valences of neighbours, as many as can be.
private struct OrderSearch {
  let graph: BondGraph
  private let bondOf: [[Int: Int]]
  private var free: [Int]
  private var orders: [Int]
  private(set) var best: (orders: [Int], left: Int)
  /// Unsaturated molecules of this field need far fewer; a graph that asks for more keeps the best found.
  private var steps = 20_000

  init(graph: BondGraph, free: [Int]) {
    self.graph = graph
    self.free = free
    orders = [Int](repeating: 1, count: graph.bonds.count)
    best = (orders, free.reduce(0, +))
    var table = [[Int: Int]](repeating: [:], count: free.count)
    for (index, bond) in graph.bonds.enumerated() {
      table[bond.a][bond.b] = index
      table[bond.b][bond.a] = index
    }
    bondOf = table
  }

  mutating func run() { go(on: [], left: 0) }

  /// - Parameters:
  ///   - given: atoms whose free valence stays unpaired.
  ///   - left: how much that is.
  private mutating func go(on given: Set<Int>, left: Int) {
    guard best.left > left, steps > 0 else { return }
    steps -= 1
    // The atom with the fewest partners first: its choice is forced where there is one.
    var chosen: (atom: Int, partners: [Int])?
    for atom in free.indices where free[atom] > 0 && !given.contains(atom) {
      let partners = graph.neighbours[atom].filter { other in
        free[other] > 0 && !given.contains(other) && bondOf[atom][other].map { orders[$0] < 3 } ?? false
      }
      if chosen.map({ partners.count < $0.partners.count }) ?? true { chosen = (atom, partners) }
      if partners.count < 2 { break }
    }
    guard let (atom, partners) = chosen else {
      best = (orders, left)
      return
    }
    for other in partners {
      guard let bond = bondOf[atom][other] else { continue }
      free[atom] -= 1
      free[other] -= 1
      orders[bond] += 1
      go(on: given, left: left)
      free[atom] += 1
      free[other] += 1
      orders[bond] -= 1
    }
    go(on: given.union([atom]), left: left + free[atom])
  }
}
