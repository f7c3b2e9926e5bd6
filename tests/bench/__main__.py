"""`make bench`: measures, by hand; no test depends on how fast a machine is."""

import sys

from tests.bench import bench_reach

if __name__ == "__main__":
    sys.exit(bench_reach.main())
