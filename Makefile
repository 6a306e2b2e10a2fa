# make demo    installs what is needed, builds, fits the alkanes
# make test    installs what is needed, lints, builds without warnings, runs every test
# make validate  the long checks: exported files in their engines at every grid point, every class of test data, pages that run,
#              every reader under its fuzzer, the code broken on purpose
# make fuzz    every reader of files under libFuzzer, a minute for all together: SECONDS=600 for ten minutes each
# make sites   the error sites that no test reaches
# make mutations  the code broken on purpose in a dozen places: which tests notice
# make models   every candidate model on molecules left out: docs/models.md
# make pictures  the screenshots of docs/ from the committed reports
# make bench   the energy kernel against the same loops in C
# make lint    formatting; imports, circles among files, sizes of files and functions
# make completions  what bash, zsh and fish complete, into .build/completions: docs/command.md
# make manual  the man page and docs/command.md, from what the command says of itself
# make docs    the libraries' documentation, into .build/docs; a warning is an error

SWIFT_FLAGS = --explicit-target-dependency-import-check error
SWIVEL = .build/release/swivel
VENV = .venv/bin/python
FAMILIES = $(notdir $(patsubst %/family.yaml,%,$(wildcard families/*/family.yaml)))

.PHONY: demo build test lint bench validate models reports pictures libraries smarts engines shells samplers completions manual \
  docs clean fuzz sites mutations

demo: build
	$(SWIVEL) fit alkanes --seed 1
	@echo "open reports/alkanes/index.html in a browser"

build: libraries
	swift build -c release $(SWIFT_FLAGS) --product swivel

test: libraries engines shells smarts lint
	swift build -c release $(SWIFT_FLAGS) --build-tests -Xswiftc -enable-testing -Xswiftc -warnings-as-errors
	swift test -c release $(SWIFT_FLAGS) -Xswiftc -enable-testing -Xswiftc -warnings-as-errors
	$(VENV) -m pytest -q scripts/tests
	scripts/docs/build_docs.py

lint:
	swift format lint --strict -r Sources Tests Benchmarks/Sources Fuzz Package.swift
	python3 scripts/checks/check_house.py

# What a run learns stays in .build-fuzz: the next goes on from there.
fuzz: libraries
	python3 scripts/checks/fuzz.py $(if $(SECONDS),--seconds $(SECONDS),--total 60)

sites: libraries smarts engines shells
	python3 scripts/checks/error_sites.py

# One build of a copy with all of them, each asleep until its turn.
mutations: libraries smarts engines
	python3 scripts/checks/mutations.py

bench: libraries
	swift run -c release --package-path Benchmarks KernelBench

# Every shipped family fitted and validated anew into the folders that are committed.
reports: build
	for family in $(FAMILIES); do \
	  $(SWIVEL) fit $$family --seed 1 --quiet && $(SWIVEL) validate $$family --draws 250 --learning-curve --quiet \
	  && $(SWIVEL) validate $$family --draws 250 --halves --quiet || exit 1; done

validate: build engines samplers reports
	for family in $(FAMILIES); do \
	  $(SWIVEL) export reports/$$family --quiet --output .build/exported/$$family \
	    --format amber,gromacs,gromacs-rb,openmm,charmm,lammps,smirnoff,tinker || exit 1; \
	  $(VENV) scripts/checks/check_engines.py families/$$family .build/exported/$$family || exit 1; \
	  $(VENV) scripts/families/check_family.py families/$$family || exit 1; done
	$(VENV) scripts/checks/check_routes.py
	for page in tutorial python; do $(VENV) scripts/docs/run_docs.py docs/$$page.md || exit 1; done
	swift build -c release $(SWIFT_FLAGS) --build-tests -Xswiftc -enable-testing
	SWIVEL_SBC_SIMULATIONS=400 SWIVEL_GEWEKE_CHAINS=1200 SWIVEL_BAGGING_FAMILIES=200 swift test -c release $(SWIFT_FLAGS) \
	  -Xswiftc -enable-testing --skip-build --filter 'SimulationBasedCalibration|Geweke|BaggedIntervals'
	$(VENV) scripts/checks/check_numpyro.py alkanes --every 4 --draws 10000 --nuts-draws 5000
	sh scripts/checks/validate_classes.sh
	python3 scripts/checks/check_making.py ../shared/data/openff-td.tar.xz
	python3 scripts/checks/check_drives.py ../shared/data/openff-td.tar.xz
	python3 scripts/checks/check_planted.py
	SWIVEL_PYTHON=$(abspath $(VENV)) python3 scripts/checks/check_kills.py
	SWIVEL_PYTHON=$(abspath $(VENV)) python3 scripts/checks/check_fractal.py
	$(MAKE) mutations
	$(MAKE) fuzz SECONDS=600

models: build
	python3 scripts/checks/compare_models.py --families families/* --every 2 --development ../shared/data/openff-td.tar.xz \
	  --cache .build/models.jsonl --write docs/models.md

# The tops of two reports, as the README shows them.
pictures: engines
	scripts/docs/screenshot.sh reports/alkanes/index.html docs/report-alkanes.png 1300 1150
	scripts/docs/screenshot.sh reports/amides/index.html docs/report-amides.png 1300 2380

# GSL, OpenBLAS and netCDF: all that fitting needs.
libraries:
	@scripts/setup/install.sh libgsl-dev libopenblas-dev libnetcdf-dev libsqlite3-dev zlib1g-dev

# RDKit behind a C face, for torsions by SMARTS; optional.
smarts:
	@scripts/setup/build_smarts.sh

# MD engines, a browser, and the Python packages that drive them: for the tests only.
engines:
	@scripts/setup/install.sh gromacs lammps chromium
	@scripts/setup/make_venv.sh

# Shells to complete in, and what reads man pages: for the tests only.
shells:
	@scripts/setup/install.sh zsh fish groff mandoc

completions: build
	mkdir -p .build/completions
	$(SWIVEL) --generate-completion-script bash > .build/completions/swivel.bash
	$(SWIVEL) --generate-completion-script zsh > .build/completions/_swivel
	$(SWIVEL) --generate-completion-script fish > .build/completions/swivel.fish

manual: build
	scripts/docs/make_manual.py --swivel $(SWIVEL)

docs: build
	scripts/docs/build_docs.py

# Another sampler, to check ours against.
samplers: engines
	@scripts/setup/make_venv.sh scripts/setup/requirements-validate.txt

clean:
	rm -rf .build .build-coverage .build-fuzz .build-mutations Benchmarks/.build
