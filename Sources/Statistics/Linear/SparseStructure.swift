// Which elements of a symmetric matrix may differ from zero, and in which order to eliminate its columns.

/// The structure of symmetric matrices whose elements are zero except within groups of columns ("cliques"), made ready
/// for their Cholesky factorisation.
///
/// Columns that belong to the same cliques are taken together; they are eliminated in the order of least degree (George
/// & Liu 1989, doi:10.1137/1031001), and neighbours in the elimination tree are joined where that costs less than it
/// saves. So columns that no chain of cliques connects are factorised apart from each other, and others nearly so.
///
/// A matrix is held as its nodes' panels, one after another: the rows of the node's pivots over its front, the pivots
/// and then the later columns that they touch. Elements below the diagonal of a panel are never read.
public struct SparseStructure: Sendable {
  /// A group of columns that are eliminated together.
  struct Node: Sendable {
    /// Places in the order of elimination.
    var pivots: Range<Int>
    /// The later places that the pivots touch, ascending.
    var rest: [Int]
    /// Where its panel starts.
    var start: Int
    /// What its elimination changes, node after node.
    var updates: [Update]

    /// Columns of the panel.
    var width: Int { pivots.count + rest.count }
  }

  /// The rows of `rest` that are pivots of one later node.
  struct Update: Sendable {
    var node: Int
    var rows: Range<Int>
    /// The columns in that node's panel of the rest from `rows.lowerBound` on.
    var places: [Int]
  }

  /// The number of columns.
  public let order: Int
  /// How many numbers the panels of a matrix take, gaps included.
  public let count: Int
  let nodes: [Node]
  /// The columns in the order of elimination.
  let column: [Int]
  /// The place of each column in that order.
  let position: [Int]
  private let nodeOfPosition: [Int]

  /// The structure of matrices of `order` columns; every column may have a diagonal element.
  ///
  /// - Parameters:
  ///   - order: the number of columns.
  ///   - cliques: groups of columns between any two of which an element may differ from zero.
  public init(order: Int, cliques: [[Int]]) {
    self.order = order
    let fronts = EliminationTree(order: order, cliques: cliques).fronts
    column = fronts.flatMap(\.pivots)
    var position = [Int](repeating: 0, count: order)
    for (place, index) in column.enumerated() { position[index] = place }
    self.position = position
    var nodes: [Node] = []
    var nodeOfPosition: [Int] = []
    var (place, start) = (0, 0)
    for front in fronts {
      let pivots = place..<(place + front.pivots.count)
      nodes.append(
        Node(pivots: pivots, rest: front.rest.map { position[$0] }.sorted(), start: start, updates: []))
      nodeOfPosition += [Int](repeating: nodes.count - 1, count: pivots.count)
      place = pivots.upperBound
      // Kernels take four rows and columns at a time and may pass the end by three of each.
      start += (pivots.count + 3) * (front.pivots.count + front.rest.count) + 4
    }
    count = start
    self.nodeOfPosition = nodeOfPosition
    for n in nodes.indices {
      let rest = nodes[n].rest
      var first = 0
      while first < rest.count {
        let target = nodeOfPosition[rest[first]]
        var last = first
        while last < rest.count, nodeOfPosition[rest[last]] == target { last += 1 }
        nodes[n].updates.append(
          Update(
            node: target, rows: first..<last,
            places: rest[first...].map { Self.place(of: $0, in: nodes[target]) }))
        first = last
      }
    }
    self.nodes = nodes
  }

  /// Where the element in two columns, in either order, stands among the numbers of a matrix; they must share a clique.
  public func place(_ i: Int, _ j: Int) -> Int {
    let (first, second) = (min(position[i], position[j]), max(position[i], position[j]))
    let node = nodes[nodeOfPosition[first]]
    return node.start + (first - node.pivots.lowerBound) * node.width + Self.place(of: second, in: node)
  }

  /// The places of the upper triangle of a clique: of each pair a ≤ b, row after row.
  public func places(of clique: [Int]) -> [Int32] {
    clique.indices.flatMap { a in clique[a...].map { Int32(place(clique[a], $0)) } }
  }

  /// The column of a panel in which a place of the order of elimination stands.
  private static func place(of position: Int, in node: Node) -> Int {
    if position < node.pivots.upperBound { return position - node.pivots.lowerBound }
    var (low, high) = (0, node.rest.count)
    while low < high {
      let middle = (low + high) / 2
      if node.rest[middle] < position { low = middle + 1 } else { high = middle }
    }
    precondition(low < node.rest.count && node.rest[low] == position, "the columns share no clique")
    return node.pivots.count + low
  }

  /// The groups of columns that no chain of cliques connects, each ascending, by their first column.
  public var components: [[Int]] {
    var root = Array(nodes.indices)
    // A node's first later neighbour is its parent; parents come later.
    for n in nodes.indices.reversed() {
      if let parent = nodes[n].updates.first { root[n] = root[parent.node] }
    }
    var groups: [Int: [Int]] = [:]
    for n in nodes.indices { groups[root[n], default: []] += column[nodes[n].pivots] }
    return groups.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// The elements of a matrix of this structure in the columns given, dense and symmetric.
  public func dense(_ elements: [Double], columns: [Int]) -> Matrix {
    var result = Matrix(rows: columns.count, columns: columns.count)
    var place = [Int](repeating: -1, count: order)
    for (index, column) in columns.enumerated() { place[column] = index }
    for node in nodes {
      let front = (Array(node.pivots) + node.rest).map { place[column[$0]] }
      for i in node.pivots.indices {
        let row = i - node.pivots.lowerBound
        for j in row..<front.count where front[row] >= 0 && front[j] >= 0 {
          result[front[row], front[j]] = elements[node.start + row * node.width + j]
          result[front[j], front[row]] = result[front[row], front[j]]
        }
      }
    }
    return result
  }
}
