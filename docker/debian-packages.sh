#!/usr/bin/env bash
# Installs what is missing of Debian's or Ubuntu's packages: `run` for the site, `test` for the browser tests too.
# Elsewhere it says in one line what to install.
set -euo pipefail

has() { command -v "$1" >/dev/null; }
has_postgis() { compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || { has pg_config && [ -e "$(pg_config --sharedir)/extension/postgis.control" ]; }; }
# What WeasyPrint draws the badges with.
has_pango() { python3 -c 'import sys; from ctypes.util import find_library; sys.exit(not all(map(find_library, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))))' 2>/dev/null; }

missing=()
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
has_postgis || missing+=(postgresql-postgis)
has npm || missing+=(nodejs npm)
has_pango || missing+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
if [ "${1:-run}" = test ]; then
    has chromium || missing+=(chromium fonts-dejavu-core)
fi

if [ ${#missing[@]} -gt 0 ]; then
    if ! has apt-get; then
        echo "Installez d'abord : PostgreSQL 15 ou plus avec PostGIS 3, Python 3.11 ou plus avec venv, npm, Pango et HarfBuzz (et Chromium pour les tests)." >&2
        exit 1
    fi
    as_root=(env DEBIAN_FRONTEND=noninteractive)
    [ "$(id -u)" = 0 ] || as_root=(sudo "${as_root[@]}")
    install() { "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

    echo "Installation de : ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq
    if [[ " ${missing[*]} " == *" postgresql-postgis "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        # Debian would make and start a cluster of the system; ours is private, and nothing runs beside it.
        install postgresql-common
        "${as_root[@]}" sed -ri 's/^#?(create_main_cluster).*/\1 = false/' /etc/postgresql-common/createcluster.conf
    fi
    install "${missing[@]}"
fi

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Maillage demande Python 3.11 ou plus récent ; celui-ci est $(python3 --version)." >&2
    exit 1
fi
