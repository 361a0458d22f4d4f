# A thin face on Meson and Ninja. `make help` lists what there is.
#
#   SAN=address,undefined   a sanitizer build, in a folder of its own
#   CC=clang                another compiler, in a folder of its own
#   T=…                     only these tests (a part of a name), or the fuzz target
#   B=…                     only these measurements: sip, gate, ledger, scrub, look, lists
#   FULL=1                  measure larger sizes, too

SAN     ?=
PREFIX  ?= /usr/local
DESTDIR ?=
T       ?=
B       ?=

ifeq ($(origin CC),default)
CC := cc
endif
comma := ,
SUFFIX := $(if $(filter-out cc gcc,$(CC)),-$(CC))$(if $(SAN),-$(subst $(comma),-,$(SAN)))
BUILD  := build$(SUFFIX)

all: deps $(BUILD)/build.ninja ## install what building needs, build
	@ninja -C $(BUILD) -n | grep -q 'no work to do' || ninja -C $(BUILD) --quiet

run: all ## build, start the gate with a sample city, print where to look
	@exec $(BUILD)/menshen serve --demo

test: deps deps-test ## build, run every test (T=NAME for some)
	@tests/run.py --cc '$(CC)' --san '$(SAN)' $(T)

bench: deps deps-test ## measure, as ratios to peers and limits in the same run
	@bench/run $(B)

fuzz: deps deps-test ## run one fuzz target until stopped: make fuzz T=sip
	@tests/fuzz/run '$(T)'

docs: all ## write anew docs/rules.md and the routes in docs/api.md
	@tools/docs.py $(BUILD)/menshen

format: ## rewrite the sources in the tree's one format
	@clang-format -i $$(git ls-files '*.c' '*.h')

install: all ## PREFIX=… DESTDIR=…
	@meson configure $(BUILD) --prefix '$(PREFIX)' >/dev/null
	@DESTDIR='$(DESTDIR)' meson install -C $(BUILD) --quiet

clean: ## remove every build folder; data folders stay
	@rm -rf build build-*

deps:
	@scripts/deps build

deps-test:
	@scripts/deps test

$(BUILD)/build.ninja:
	@CC='$(CC)' meson setup $(BUILD) $(if $(SAN),-Db_sanitize=$(SAN)) >$(BUILD).log 2>&1 || \
	    { cat $(BUILD).log; rm -rf $(BUILD) $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

.PHONY: all run test bench fuzz docs format install clean deps deps-test help
