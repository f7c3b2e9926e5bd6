"""The same meetings in people's own calendars: .ics files, feeds, linked data."""
