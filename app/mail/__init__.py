"""Mail: an outbox written in the transaction of the fact that it announces, and its delivery."""
