// SMARTS by RDKit. No exception leaves this file.
#include "swivel_smarts.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <GraphMol/Substruct/SubstructMatch.h>
#include <RDGeneral/RDLog.h>
#include <RDGeneral/versions.h>

namespace {

int refuse(char *error, int capacity, const std::string &reason) {
  std::snprintf(error, static_cast<size_t>(capacity), "%s", reason.c_str());
  return -1;
}

std::unique_ptr<RDKit::RWMol> molecule(const char *text, int kind) {
  std::unique_ptr<RDKit::RWMol> read;
  if (kind == SWIVEL_SMILES) {
    read.reset(RDKit::SmilesToMol(std::string(text)));
  } else if (kind == SWIVEL_SDF) {
    read.reset(RDKit::MolBlockToMol(std::string(text), true, false));
  } else {
    read.reset(RDKit::Mol2BlockToMol(std::string(text), true, false));
  }
  if (!read) return nullptr;
  RDKit::MolOps::addHs(*read);
  return read;
}

/// The elements and bonds alone: what two files of one molecule must agree on.
std::unique_ptr<RDKit::RWMol> skeleton(int atoms, const int *elements, const std::vector<std::pair<int, int>> &bonds) {
  auto result = std::make_unique<RDKit::RWMol>();
  for (int i = 0; i < atoms; ++i) {
    auto *atom = new RDKit::Atom(elements[i]);
    atom->setNoImplicit(true);
    result->addAtom(atom, false, true);
  }
  for (const auto &bond : bonds) {
    result->addBond(static_cast<unsigned>(bond.first), static_cast<unsigned>(bond.second), RDKit::Bond::SINGLE);
  }
  result->updatePropertyCache(false);
  return result;
}

/// A structure that is the molecule of a topology, and the topology's atom for each of its own; else the reason.
struct Placed {
  std::unique_ptr<RDKit::RWMol> whole;
  std::vector<int> place;
  std::string fault;
};

Placed placed(const char *structure, int kind, int atom_count, const int *elements, int bond_count, const int *bonds) {
  Placed result;
  const auto refused = [&result](const std::string &reason) {
    result.fault = reason;
    return std::move(result);
  };
  try {
    result.whole = molecule(structure, kind);
  } catch (const std::exception &fault) {
    return refused(std::string("the structure cannot be read: ") + fault.what());
  }
  if (!result.whole) return refused("the structure cannot be read");
  if (static_cast<int>(result.whole->getNumAtoms()) != atom_count) {
    return refused("the structure has " + std::to_string(result.whole->getNumAtoms()) + " atoms, the topology " +
                   std::to_string(atom_count));
  }
  std::vector<std::pair<int, int>> theirs, ours;
  std::vector<int> their_elements;
  for (const auto *atom : result.whole->atoms()) their_elements.push_back(atom->getAtomicNum());
  for (const auto *bond : result.whole->bonds()) {
    theirs.emplace_back(bond->getBeginAtomIdx(), bond->getEndAtomIdx());
  }
  for (int i = 0; i < bond_count; ++i) ours.emplace_back(bonds[2 * i], bonds[2 * i + 1]);
  if (theirs.size() != ours.size()) return refused("the structure's bonds are not the topology's");
  const auto from = skeleton(atom_count, their_elements.data(), theirs);
  const auto to = skeleton(atom_count, elements, ours);
  RDKit::MatchVectType same;
  // As many atoms and bonds on both sides: a substructure is the whole.
  if (!RDKit::SubstructMatch(*to, *from, same)) {
    return refused("the structure is another molecule than the topology");
  }
  result.place.assign(static_cast<size_t>(atom_count), -1);
  for (const auto &pair : same) result.place[static_cast<size_t>(pair.first)] = pair.second;
  return result;
}

}  // namespace

const char *swivel_rdkit_version(void) { return RDKit::rdkitVersion; }

int swivel_smarts_matches(const char *structure, int kind, int atom_count, const int *elements, int bond_count,
                          const int *bonds, const char *smarts, int *matches, int capacity, char *error,
                          int error_capacity) {
  try {
    RDLog::LogStateSetter quiet;
    const Placed found_molecule = placed(structure, kind, atom_count, elements, bond_count, bonds);
    if (!found_molecule.fault.empty()) return refuse(error, error_capacity, found_molecule.fault);
    const auto &whole = found_molecule.whole;
    const auto &place = found_molecule.place;

    std::unique_ptr<RDKit::RWMol> query;
    try {
      query.reset(RDKit::SmartsToMol(std::string(smarts)));
    } catch (const std::exception &fault) {
      return refuse(error, error_capacity, std::string("is no SMARTS: ") + fault.what());
    }
    if (!query) return refuse(error, error_capacity, "is no SMARTS");
    int tagged[4] = {-1, -1, -1, -1};
    for (const auto *atom : query->atoms()) {
      const int tag = atom->getAtomMapNum();
      if (tag == 0) continue;
      if (tag > 4 || tagged[tag - 1] >= 0) {
        return refuse(error, error_capacity, "tags other than :1, :2, :3 and :4, each once");
      }
      tagged[tag - 1] = static_cast<int>(atom->getIdx());
    }
    if (std::any_of(tagged, tagged + 4, [](int index) { return index < 0; })) {
      return refuse(error, error_capacity, "has not the four tags :1, :2, :3 and :4");
    }
    RDKit::SubstructMatchParameters parameters;
    parameters.uniquify = false;
    parameters.maxMatches = 1000000;
    const auto found = RDKit::SubstructMatch(*whole, *query, parameters);
    int written = 0;
    for (const auto &match : found) {
      if (written < capacity) {
        for (int k = 0; k < 4; ++k) {
          for (const auto &pair : match) {
            if (pair.first == tagged[k]) {
              matches[4 * written + k] = place[static_cast<size_t>(pair.second)];
            }
          }
        }
      }
      ++written;
    }
    return written;
  } catch (const std::exception &fault) {
    return refuse(error, error_capacity, fault.what());
  } catch (...) {
    return refuse(error, error_capacity, "RDKit failed");
  }
}

int swivel_mapped_smiles(const char *structure, int kind, int atom_count, const int *elements, int bond_count,
                         const int *bonds, char *smiles, int capacity, char *error, int error_capacity) {
  try {
    RDLog::LogStateSetter quiet;
    const Placed found = placed(structure, kind, atom_count, elements, bond_count, bonds);
    if (!found.fault.empty()) return refuse(error, error_capacity, found.fault);
    for (auto *atom : found.whole->atoms()) {
      atom->setAtomMapNum(found.place[static_cast<size_t>(atom->getIdx())] + 1);
    }
    const std::string text = RDKit::MolToSmiles(*found.whole);
    if (static_cast<int>(text.size()) < capacity) std::snprintf(smiles, static_cast<size_t>(capacity), "%s", text.c_str());
    return static_cast<int>(text.size());
  } catch (const std::exception &fault) {
    return refuse(error, error_capacity, fault.what());
  } catch (...) {
    return refuse(error, error_capacity, "RDKit failed");
  }
}
