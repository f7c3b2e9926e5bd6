"""What is signed: agreements, the charter, the checklist of a centre, documents."""
