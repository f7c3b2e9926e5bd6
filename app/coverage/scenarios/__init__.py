"""What if: places opened and closed in thought, against today and against another scenario."""
