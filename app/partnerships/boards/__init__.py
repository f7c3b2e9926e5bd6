"""Who sees what advances and what stalls: boards, reminders, exports."""
