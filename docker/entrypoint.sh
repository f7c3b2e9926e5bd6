#!/usr/bin/env bash
# Brings the tables to the newest version, fills what is missing, then becomes the server.
set -euo pipefail
alembic -c pyproject.toml upgrade head
python -m seeds first-run ${LIBRARIES:+--libraries "$LIBRARIES"}
exec "$@"
