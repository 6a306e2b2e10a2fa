# SPDX-License-Identifier: GPL-3.0-or-later
"""The patterns of the shipped families match no chemistry that the families lack, over a diverse set of molecules."""
import pytest

from pattern_matches import FAMILIES, ROOT, diverse_set, matched, patterns, with_hydrogens

SWIVEL = ROOT / ".build/release/swivel"
FUSED = ("naphthalene", "anthracene", "phenanthrene", "fluorene", "carbazole", "dibenzofuran", "biphenylene", "pyrene", "quinoline",
         "indole", "azulene")
RINGS = ("cyclopropyl-H", "cyclohexyl-H", "cyclobutane", "cyclopentane", "norbornane", "cubane", "oxirane", "tetrahydrofuran", "dioxane",
         "piperidine", "morpholine")
NONE_OF = {
    "alkanes": (*FUSED, *RINGS, "ethyl-NH2", "propyl-NH2", "isopropyl-NH2", "propionitrile", "ethyl-CH2CN", "malononitrile",
                "ethyl-OH", "propyl-OH", "propyl-SH", "perfluorobutane"),
    "ethers": (*FUSED, *RINGS, "18-crown-6", "dimethyl peroxide", "dimethyl carbonate", "phenyl-OMe"),
    "alcohols": (*FUSED, *RINGS, "phenyl-OH", "methyl-COOH", "hydrogen peroxide"),
    "esters": (*FUSED, *RINGS, "butyrolactone", "dimethyl carbonate", "methyl-CONHMe"),
    "amides": (*FUSED, *RINGS, "pyrrolidone", "caprolactam", "succinimide", "thioacetamide", "N-methylthioacetamide",
               "N-ethylthioacetamide", "N,N-dimethylthioacetamide", "methyl-NHMe", "ethyl-NH2", "methyl-urea", "methyl-COMe"),
    "biaryls": (*FUSED, *RINGS, "bithiophene", "phenylthiophene", "phenylpyrrole", "styrene", "stilbene"),
}

pytestmark = pytest.mark.skipif(not SWIVEL.exists(), reason="swivel is not built")


def test_the_set_is_diverse():
    assert len(diverse_set()) > 500


@pytest.mark.parametrize("family", FAMILIES)
def test_what_a_family_lacks_is_not_matched(family):
    definitions = patterns(SWIVEL, family)
    molecules = diverse_set()
    hits = {name: matched(with_hydrogens(molecules[name]), definitions) for name in NONE_OF[family] if name in molecules}
    assert len(hits) > 15
    assert {name: sorted(set(torsions.values())) for name, torsions in hits.items() if torsions} == {}


@pytest.mark.parametrize("family, smiles, count", [
    ("alkanes", "CCCC", 27), ("biaryls", "c1ccccc1-c1ccccc1", 4), ("alkanes", "CCCCN", 9),
])
def test_what_a_family_has_is_matched(family, smiles, count):
    assert len(matched(with_hydrogens(smiles), patterns(SWIVEL, family))) == count
