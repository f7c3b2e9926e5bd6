"""Two organisers at the same instant, on real connections: one of them is told, and everyone is written to once."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.clock import PARIS, now
from app.extensions import db
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting, Status
from tests import factories, meeting_factories


def test_of_two_organisers_at_once_one_alone_acts(own_database: str):
    app = create_app({"DATABASE_URL": own_database})
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context(), db.sessionmaker() as session:
        tokens, draft, cancelled, moved = _fill(session)
        session.commit()
    clients = []
    for token in tokens:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = token
        clients.append(client)

    def together(*acts: tuple[str, dict[str, str]]) -> list[int]:
        start = Barrier(2)

        def send(number: int) -> int:
            start.wait()
            return clients[number].post(acts[number][0], data=acts[number][1]).status_code

        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(send, range(2)))

    day = (now() + timedelta(days=31)).astimezone(PARIS).date().isoformat()
    to = {"jour": day, "debut": "10:00", "fin": "12:00", "lieu": "hote", "version": "1"}
    assert together(*[(f"/rencontres/{draft}/annoncer", {})] * 2) == [303, 409]
    assert together(*[(f"/rencontres/{moved}/deplacer", to)] * 2) == [303, 409]
    # Either cancels, and the other does not move what is cancelled; or it moves first, and is cancelled afterwards.
    both = together((f"/rencontres/{cancelled}/annuler", {"motif": "Essai"}), (f"/rencontres/{cancelled}/deplacer", to))
    with app.app_context(), db.sessionmaker() as session:
        rows = {one.public_id: one for one in session.scalars(sa.select(Meeting))}
        assert rows[draft].status is Status.ANNOUNCED
        assert rows[moved].sequence == 1
        assert rows[cancelled].status is Status.CANCELLED
        assert rows[cancelled].sequence == (2 if both == [303, 303] else 1)
        written = session.scalars(sa.select(OutgoingMessage.subject)).all()
        # The other organiser hears of each act that was done, and of no other.
        assert len(written) == 1 + rows[cancelled].sequence
    with app.app_context():
        db.engine.dispose()


def _fill(session: Session) -> tuple[list[str], str, str, str]:
    """Two organisers of one Cité, with a draft that is complete and two meetings that are announced."""
    cite = factories.cite(session)
    tokens = [secrets.token_urlsafe(16) for _ in range(2)]
    for token in tokens:
        user = factories.member(session, cite)
        session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
    said = {"summary": "Essai", "contact_email": "contact@exemple.fr"}
    draft = meeting_factories.meeting(session, cite, status=Status.DRAFT, **said)
    cancelled, moved = (meeting_factories.meeting(session, cite, **said) for _ in range(2))
    return tokens, draft.public_id, cancelled.public_id, moved.public_id
