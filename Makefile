PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test demo check lock lint bench clean

run: $(READY)
	$(BIN)/kefu serve

demo: $(READY)
	$(BIN)/kefu demo
	KEFU_DATA=$${KEFU_DATA:-data/demo} $(BIN)/kefu serve

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/kefu check

# The peers that search is measured against are not part of the product.
bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps bm25s==0.3.16 msgpack==1.2.4 txtai==9.14.0
	$(BIN)/python -m tests.bench.search
	$(BIN)/python -m tests.bench.http
	$(BIN)/python -m tests.bench.sitting load
	$(BIN)/python -m pytest tests/bench -m bench -s

# torch comes first and unhashed: its CPU build and its CUDA build share one version number.
$(READY): pyproject.toml requirements.lock package-lock.json
	command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --ignore-scripts && \
		mkdir -p server/static/vendor && cp node_modules/htmx.org/dist/htmx.min.js server/static/vendor/; fi
	touch $(READY)

# Needs pip-tools. torch's hashes differ between its CPU and CUDA builds, so it is left out of the lock.
lock:
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --output-file - pyproject.toml 2>/dev/null | \
		awk '/^torch==/ {skip=1} /^[a-z]/ && !/^torch==/ {skip=0} !skip' > requirements.lock.new
	mv requirements.lock.new requirements.lock

clean:
	rm -rf $(VENV) node_modules server/static/vendor
