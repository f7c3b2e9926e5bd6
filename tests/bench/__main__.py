"""`make bench`: measures, by hand; no test depends on how fast a machine is."""

import sys

from tests.bench import bench_reach, bench_seating, bench_siting

if __name__ == "__main__":
    sys.exit(max(bench_seating.main(), bench_reach.main(), bench_siting.main()))
