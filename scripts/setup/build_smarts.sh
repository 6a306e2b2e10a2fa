#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds .build/smarts/libswivel-smarts.so, RDKit's SMARTS behind a C face: swivel loads it where torsions go by SMARTS.
# By g++ and not as a SwiftPM target: Debian 12's Boost does not compile under Swift 6.3's clang.
set -eu
cd "$(dirname "$0")/../.."
scripts/setup/install.sh librdkit-dev libboost-dev g++
mkdir -p .build/smarts
library=.build/smarts/libswivel-smarts.so
if [ "$library" -nt Smarts/swivel_smarts.cpp ] && [ "$library" -nt Smarts/swivel_smarts.h ]; then exit 0; fi
g++ -std=c++17 -O2 -fPIC -shared -Wall -isystem /usr/include/rdkit Smarts/swivel_smarts.cpp -o "$library.new" \
  -lRDKitSmilesParse -lRDKitFileParsers -lRDKitSubstructMatch -lRDKitGraphMol -lRDKitRDGeneral
mv "$library.new" "$library"
