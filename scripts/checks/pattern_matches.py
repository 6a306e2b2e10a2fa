#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which molecules the patterns of the shipped families' offxml match, over a diverse set.

    python3 scripts/checks/pattern_matches.py [--swivel .build/release/swivel] [FAMILY …]

The patterns are made anew from each family's frcmod and molecules. Prints, a family a block, each molecule of the set with the
number of its torsions that are matched, and the surroundings of one of them.
"""
import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from rdkit import Chem

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = ("alkanes", "ethers", "alcohols", "esters", "amides", "biaryls")

CORES = {
    "methyl": "C{}", "ethyl": "CC{}", "propyl": "CCC{}", "isopropyl": "CC(C){}", "butyl": "CCCC{}", "tert-butyl": "CC(C)(C){}",
    "vinyl": "C=C{}", "propynyl": "CC#C{}", "cyclopropyl": "C1CC1{}", "cyclohexyl": "C1CCCCC1{}", "benzyl": "c1ccccc1C{}",
    "phenyl": "c1ccccc1{}", "pyridyl": "c1ccncc1{}", "thienyl": "c1ccsc1{}",
}
GROUPS = {
    "H": "", "F": "F", "Cl": "Cl", "Br": "Br", "OH": "O", "OMe": "OC", "OEt": "OCC", "SH": "S", "SMe": "SC", "NH2": "N",
    "NHMe": "NC", "NMe2": "N(C)C", "NH3+": "[NH3+]", "CN": "C#N", "CH2CN": "CC#N", "NO2": "[N+](=O)[O-]", "N3": "N=[N+]=[N-]",
    "CHO": "C=O", "COMe": "C(=O)C", "COOH": "C(=O)O", "COO-": "C(=O)[O-]", "COOMe": "C(=O)OC", "OAc": "OC(=O)C",
    "CONH2": "C(=O)N", "CONHMe": "C(=O)NC", "NHAc": "NC(=O)C", "CSNHMe": "C(=S)NC", "NHCSMe": "NC(=S)C", "urea": "NC(=O)NC",
    "carbamate": "NC(=O)OC", "amidine": "C(=N)N", "SOMe": "S(=O)C", "SO2Me": "S(=O)(=O)C", "SO2NHMe": "S(=O)(=O)NC",
    "SiMe3": "[Si](C)(C)C", "PMe2": "P(C)C", "phenyl": "c1ccccc1", "cyclopropyl": "C1CC1", "CF3": "C(F)(F)F",
}
OTHERS = {
    "naphthalene": "c1ccc2ccccc2c1", "anthracene": "c1ccc2cc3ccccc3cc2c1", "phenanthrene": "c1ccc2c(c1)ccc1ccccc12",
    "fluorene": "c1ccc2c(c1)Cc1ccccc1-2", "carbazole": "c1ccc2c(c1)[nH]c1ccccc12", "dibenzofuran": "c1ccc2c(c1)oc1ccccc12",
    "biphenylene": "c1ccc2c(c1)-c1ccccc1-2", "pyrene": "c1cc2ccc3cccc4ccc(c1)c2c34", "quinoline": "c1ccc2ncccc2c1",
    "indole": "c1ccc2[nH]ccc2c1", "azulene": "c1ccc2cccc2cc1", "styrene": "C=Cc1ccccc1", "stilbene": "c1ccccc1/C=C/c1ccccc1",
    "cyclobutane": "C1CCC1", "cyclopentane": "C1CCCC1", "norbornane": "C1CC2CCC1C2", "cubane": "C12C3C4C1C5C2C3C45",
    "oxirane": "C1CO1", "tetrahydrofuran": "C1CCOC1", "dioxane": "C1COCCO1", "morpholine": "C1COCCN1", "piperidine": "C1CCNCC1",
    "butyrolactone": "O=C1CCCO1", "pyrrolidone": "O=C1CCCN1", "succinimide": "O=C1CCC(=O)N1", "caprolactam": "O=C1CCCCCN1",
    "thioacetamide": "CC(=S)N", "N-methylthioacetamide": "CC(=S)NC", "N-ethylthioacetamide": "CC(=S)NCC",
    "N,N-dimethylthioacetamide": "CC(=S)N(C)C", "malononitrile": "N#CCC#N", "propionitrile": "CCC#N",
    "dimethyl carbonate": "COC(=O)OC", "glycine dipeptide": "CC(=O)NCC(=O)NC", "alanine": "CC(N)C(=O)O", "glucose": "OCC1OC(O)C(O)C(O)C1O",
    "glycerol": "OCC(O)CO", "ethylene glycol": "OCCO", "18-crown-6": "C1COCCOCCOCCOCCOCCO1", "dimethoxymethane": "COCOC",
    "hydrogen peroxide": "OO", "dimethyl peroxide": "COOC", "hydrazine": "NN", "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "caffeine": "Cn1cnc2c1c(=O)n(C)c(=O)n2C", "ibuprofen": "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "paracetamol": "CC(=O)Nc1ccc(O)cc1",
    "lidocaine": "CCN(CC)CC(=O)Nc1c(C)cccc1C", "bithiophene": "c1ccsc1-c1cccs1", "phenylthiophene": "c1ccccc1-c1cccs1",
    "bipyrimidine": "c1cnc(nc1)-c1ncccn1", "phenylpyrrole": "c1ccccc1-n1cccc1", "diphenylmethane": "c1ccccc1Cc1ccccc1",
    "terphenyl": "c1ccccc1-c1ccccc1-c1ccccc1", "hexene": "CCCC=CC", "hexadiene": "C=CCCC=C", "hexyne": "CCCC#C",
    "perfluorobutane": "FC(F)(F)C(F)(F)C(F)(F)C(F)(F)F",
}


def diverse_set() -> dict[str, str]:
    """Name → SMILES of every core with every group, and of others; each molecule once."""
    seen: set[str] = set()
    result: dict[str, str] = {}
    named = {f"{core}-{group}": template.format(text) for core, template in CORES.items() for group, text in GROUPS.items()}
    for name, smiles in {**named, **OTHERS}.items():
        canonical = Chem.CanonSmiles(smiles)
        if canonical not in seen:
            seen.add(canonical)
            result[name] = smiles
    return result


def patterns(swivel: Path, family: str) -> list[tuple[str, str]]:
    """Id and SMIRKS of each definition of a family's offxml, made anew."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{family}.offxml"
        subprocess.run([str(swivel), "convert", f"forcefields/{family}/{family}.frcmod", "--to", "smirnoff", "--output", str(path),
                        "--family", family, "--quiet"], cwd=ROOT, check=True)
        return [(p.get("id", ""), p.get("smirks", "")) for p in ET.parse(path).iter("Proper")]


def matched(molecule: Chem.Mol, definitions: list[tuple[str, str]]) -> dict[tuple[int, ...], str]:
    """The torsions that are matched, in canonical direction, with the id of the last definition that does."""
    result = {}
    for id, smirks in definitions:
        query = Chem.MolFromSmarts(smirks)
        if query is None:
            raise ValueError(f"RDKit does not read {smirks}")
        order = sorted((a.GetAtomMapNum(), a.GetIdx()) for a in query.GetAtoms() if a.GetAtomMapNum())
        for match in molecule.GetSubstructMatches(query, uniquify=False, maxMatches=100000):
            torsion = tuple(match[index] for _, index in order)
            result[min(torsion, torsion[::-1])] = id
    return result


def with_hydrogens(smiles: str) -> Chem.Mol:
    """The molecule as the OpenFF toolkit matches it: hydrogens are atoms, aromaticity is MDL's."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    Chem.Kekulize(molecule, clearAromaticFlags=True)
    Chem.SetAromaticity(molecule, Chem.AromaticityModel.AROMATICITY_MDL)
    return molecule


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=FAMILIES)
    parser.add_argument("--swivel", type=Path, default=ROOT / ".build/release/swivel")
    options = parser.parse_args()
    molecules = {name: with_hydrogens(smiles) for name, smiles in diverse_set().items()}
    for family in options.families:
        definitions = patterns(options.swivel.resolve(), family)
        found = {name: matched(m, definitions) for name, m in molecules.items()}
        hits = {name: torsions for name, torsions in found.items() if torsions}
        print(f"{family}: {len(definitions)} patterns match {len(hits)} of {len(molecules)} molecules")
        for name, torsions in hits.items():
            kinds = sorted({id.split(":", 1)[1].replace(":", "-") for id in torsions.values()})
            print(f"  {name}: {len(torsions)} torsions as {', '.join(kinds)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
