// Torsions chosen by SMARTS, said by atom types where that says the same.

/// For each SMARTS the atom types of the torsions it matches, where in all molecules it matches every torsion of these
/// types; a SMARTS that matches some of a type's torsions and not others is absent: formats that go by type cannot say
/// it.
public func spelledOut(_ patterns: some Sequence<String>, in topologies: [Topology]) -> [String:
  [TorsionType]]
{
  // Per atom types, what their torsions are fitted as.
  var uses: [TorsionType: Set<TorsionType>] = [:]
  for topology in topologies {
    for torsion in topology.torsions {
      uses[topology.atomTypes(of: torsion.quartet), default: []].insert(topology.type(of: torsion.quartet))
    }
  }
  var result: [String: [TorsionType]] = [:]
  for smarts in patterns {
    let types = uses.keys.filter { uses[$0]!.contains { $0.smarts == smarts } }
    if types.allSatisfy({ uses[$0]!.count == 1 }) { result[smarts] = types.sorted() }
  }
  return result
}
