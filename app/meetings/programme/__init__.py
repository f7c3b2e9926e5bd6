"""What is on: by date, by month, by territory, by institution."""
