.PHONY: assets

# Fetches the design system that the pages are built from.
assets: node_modules/.fetched

node_modules/.fetched: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@
