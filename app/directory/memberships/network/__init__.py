"""Who runs the network: its administrators, and which institution plays the agency's part in each region."""
