"""Coverage by territory and date, administrative and effective; the gaps."""
