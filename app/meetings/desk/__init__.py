"""The day itself: attendance list, check-in, walk-ins, badges."""
