// OpenMM ForceField XML: the PeriodicTorsionForce, written and read back (OpenMM User Guide, "Creating Force Fields").

import Chemistry
import Foundation
import TextFiles

/// The text of a force field file with one PeriodicTorsionForce, by atom class; kJ/mol and radian.
///
/// OpenMM looks exact definitions up in the order of a Python set where several match a torsion, so that a base force
/// field's definition of the same classes may win. A short script therefore moves this file's definitions to the front
/// and takes others for the same four classes out.
func openMMForceField(_ forceField: FittedForceField) throws -> String {
  var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ForceField>\n"
  let torsions = try forceField.checkedByType()
  var remarks = RemarkWriter(torsions)
  for line in forceField.header + [remarks.headerLine] { text += " <!-- \(xmlComment(line)) -->\n" }
  text += " <!-- Load: openmm.app.ForceField('base.xml', '\(xmlComment(forceField.family)).xml') -->\n"
  text += " <PeriodicTorsionForce ordering=\"amber\">\n"
  for torsion in torsions {
    for fitted in torsion.terms {
      text += "  <!-- \(xmlComment(torsion.type.label)) n=\(fitted.term.periodicity): "
      text += "\(xmlComment(remarks.next(fitted, in: torsion))) -->\n"
    }
    text += "  <Proper"
    for (index, type) in torsion.type.types.enumerated() {
      text += " class\(index + 1)=\"\(type == TorsionType.wildcard ? "" : xmlText(type))\""
    }
    for (index, fitted) in torsion.terms.enumerated() {
      let number = index + 1
      text += " periodicity\(number)=\"\(fitted.term.periodicity)\" phase\(number)=\"\(fitted.term.phase)\""
      text += " k\(number)=\"\(fixedPoint(fitted.term.forceConstant / Units.kilojoule, 10))\""
    }
    text += "/>\n"
  }
  text += " </PeriodicTorsionForce>\n"
  text += " <InitializationScript>\n\(overrideScript)\n </InitializationScript>\n"
  return sealed(text + "</ForceField>\n", as: .openmm)
}

// Runs after all files are read: of definitions of the same four classes the last one read stays.
private let overrideScript = """
  from openmm.app import forcefield as _ff
  for _generator in self.getGenerators():
      if isinstance(_generator, _ff.PeriodicTorsionGenerator):
          _kept = {}
          for _torsion in _generator.proper:
              _key = tuple(frozenset(_t) for _t in (_torsion.types1, _torsion.types2, _torsion.types3, _torsion.types4))
              _key = min((_key, _key[::-1]), key=lambda _k: [sorted(_s) for _s in _k])
              _kept.pop(_key, None)
              _kept[_key] = _torsion
          _generator.proper = list(_kept.values())
          _generator.propersForAtomType.clear()
          for _index, _torsion in enumerate(_generator.proper):
              for _type in _torsion.types2:
                  _generator.propersForAtomType[_type].add(_index)
              for _type in _torsion.types3:
                  _generator.propersForAtomType[_type].add(_index)
  """

/// Reads the proper torsions of an OpenMM force field file, given by class; of two definitions the last stays.
/// - Throws: ``InputError`` with the place, where it is not such a file or a definition cannot be read.
public func readOpenMMForceField(_ path: String) throws -> TorsionParameters {
  let root = try readXML(path, root: "ForceField", keeping: ["PeriodicTorsionForce"])
  var terms: [TorsionType: [TorsionTerm]] = [:]
  for proper in root.children.flatMap({ $0.children("Proper") }) {
    let types = (1...4).compactMap { proper.attributes["class\($0)"] }
      .map { $0.isEmpty ? TorsionType.wildcard : $0 }
    guard types.count == 4 else {
      throw InputError(
        proper.place, "a <Proper> without class1 … class4", hint: "definitions by atom type are not read")
    }
    var own: [TorsionTerm] = []
    while let n = proper.attributes["periodicity\(own.count + 1)"] {
      guard let n = Int(n), (1...6).contains(n),
        let phase = proper.attributes["phase\(own.count + 1)"].flatMap(Double.init),
        let k = proper.attributes["k\(own.count + 1)"].flatMap(Double.init), phase.isFinite, k.isFinite
      else {
        throw InputError(
          proper.place, "term \(own.count + 1) lacks a periodicity of 1 … 6, a phase or a k")
      }
      own.append(TorsionTerm(periodicity: n, phase: phase, forceConstant: k * Units.kilojoule))
    }
    terms[TorsionType(types[0], types[1], types[2], types[3])] = own
  }
  return TorsionParameters(terms)
}
