"""Who edits a sheet: those who speak for it, those who follow its region, administrators; anyone reports an error."""

EDITORS = "login no no yes yes no yes"
VERIFIERS = "login no no no yes yes yes"
FOLLOWERS = "login no no no yes no yes"

ROUTES = {
    "edition.edit": EDITORS,
    "edition.contact": EDITORS,
    "edition.save_contact": EDITORS,
    "edition.figures": EDITORS,
    "edition.save_figures": EDITORS,
    "edition.hours": EDITORS,
    "edition.save_hours": EDITORS,
    "edition.activity": EDITORS,
    "edition.save_activity": EDITORS,
    "edition.offerings": EDITORS,
    "edition.save_offerings": EDITORS,
    "edition.solicitations": EDITORS,
    "edition.save_solicitations": EDITORS,
    "edition.still_true": "login no no yes no no no",
    "edition.state": EDITORS,
    "edition.record_state": EDITORS,
    "edition.history": EDITORS,
    "edition.report": "yes yes yes yes yes yes yes",
    "edition.send_report": "yes yes yes yes yes yes yes",
    "edition.queue": VERIFIERS,
    "edition.handle": FOLLOWERS,
    "edition.recent_changes": VERIFIERS,
    "edition.mark_seen": FOLLOWERS,
}
