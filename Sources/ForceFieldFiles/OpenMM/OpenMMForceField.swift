// OpenMM ForceField XML: the PeriodicTorsionForce, written and read back (OpenMM User Guide, "Creating Force Fields").

import Chemistry
import Foundation
import TextFiles

/// The text of a force field file with one PeriodicTorsionForce, by atom class; kJ/mol and radian.
///
/// OpenMM looks exact definitions up in the order of a Python set where several match a torsion, so that a base force
/// field's definition of the same classes may win; template generators add definitions when a System is made, and
/// definitions of classes that no file has named yet are dropped. A script therefore puts this file's definitions in
/// when a System is made.
func openMMForceField(_ forceField: FittedForceField) throws -> String {
  var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ForceField>\n"
  let torsions = try forceField.checkedByType()
  var remarks = RemarkWriter(torsions)
  for line in forceField.header(remarks, as: OpenMMFormat()) { text += " <!-- \(xmlComment(line)) -->\n" }
  text +=
    " <!-- Load: openmm.app.ForceField('base.xml', '\(xmlComment(forceField.family)).xml'), in any order, with a\n"
  text +=
    "      template generator or without. It stops where no torsion of a System has its atom classes. -->\n"
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
  text +=
    " <InitializationScript>\n\(overrideScript(pythonText(forceField.family)))\n </InitializationScript>\n"
  return sealed(text + "</ForceField>\n", as: OpenMMFormat())
}

// Torsions are looked up when a System is made: then all files are read and all generators have added theirs.
// Definitions that these ones cover are taken out, wherever they came from; in an RBTorsionForce, as OPLS-AA has one,
// terms of no energy stand in front of all others. Where no torsion of the System is of these classes, or its terms
// stand in another force, it stops.
private func overrideScript(_ family: String) -> String {
  """
  class _SwivelTorsions(object):
      def __init__(self, ff, definitions, name):
          self.ff, self.definitions, self.name = ff, definitions, name

      def createForce(self, sys, data, nonbondedMethod, nonbondedCutoff, args):
          from openmm.app import forcefield
          own = [t for t in map(self.ff._parseTorsion, self.definitions) if t is not None]
          sets = lambda t: tuple(frozenset(x) for x in (t.types1, t.types2, t.types3, t.types4))
          every = frozenset(self.ff._atomClasses[''])
          covering = {}
          for t in own:
              for key in (sets(t), sets(t)[::-1]):
                  covering[key] = every in key
          def covered(t):
              key = sets(t)
              return key in covering or any(
                  not wild and all(a.issubset(b) for a, b in zip(key, other)) for other, wild in covering.items())
          silent = [forcefield.RBTorsion([t.types1, t.types2, t.types3, t.types4], [0.0] * 6) for t in own]
          found = {tuple(data.atomType[data.atoms[i]] for i in p) for p in data.propers}
          hit = [types for types in found if any(all(a in b for a, b in zip(types, key)) for key in covering)]
          def overlaps(t):
              return any(all(a in b for a, b in zip(types, key)) for types in hit for key in (sets(t), sets(t)[::-1]))
          for generator in self.ff.getGenerators():
              if isinstance(generator, forcefield.RBTorsionGenerator) and not any(covering.values()):
                  generator.proper = silent + [t for t in generator.proper if not covered(t)]
              elif isinstance(generator, (forcefield.RBTorsionGenerator, forcefield.CustomTorsionGenerator)):
                  if any(overlaps(t) for t in generator.proper):
                      raise ValueError(
                          'Swivel: torsions of the family %s have terms in a force that is no PeriodicTorsionForce, to '
                          'which those of its file would come in addition. Leave the file out, or run: swivel apply'
                          % self.name)
              elif isinstance(generator, forcefield.PeriodicTorsionGenerator):
                  generator.proper = own + [t for t in generator.proper if not covered(t)]
                  generator.propersForAtomType.clear()
                  for index, t in enumerate(generator.proper):
                      for name in set(t.types2) | set(t.types3):
                          generator.propersForAtomType[name].add(index)
                  own = []
          if not hit:
              raise ValueError(
                  'Swivel: no torsion of this System has atom classes of the family %s, so that its file would change '
                  'nothing; classes of its torsions: %s. Leave the file out, or run: swivel apply' % (self.name,
                  ' '.join(sorted({self.ff._atomTypes[t].atomClass for types in found for t in types}))))

  self._forces.insert(0, _SwivelTorsions(self, [
      dict(p.attrib) for f in tree.getroot().findall('PeriodicTorsionForce') for p in f.findall('Proper')], \
  '\(family)'))
  """
}

/// A text within Python's single quotation marks.
private func pythonText(_ text: String) -> String {
  String(text.filter { !"'\\<>&\"".contains($0) && !$0.isNewline })
}

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
    terms[TorsionType(types)] = own
  }
  return TorsionParameters(terms)
}
