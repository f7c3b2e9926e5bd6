"""Dated gatherings: seminars, regional meetings, workshops, awareness days, visits, review meetings."""
