"""Several people who invite, remind or run the timer at the same instant, on real connections, write one mail each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.clock import now
from app.directory.models import Institution
from app.extensions import db
from app.mail.models import OutgoingMessage
from app.meetings.invitations import actions, notices
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting
from tests import factories, meeting_factories

PEOPLE = 6


def test_those_who_act_at_once_write_one_mail_to_each(own_database: str):
    service = create_app({"DATABASE_URL": own_database})
    with service.app_context(), db.sessionmaker() as session:
        seminar = meeting_factories.meeting(session, starts_at=now() + timedelta(days=5))
        invited, coming = factories.library(session), factories.library(session)
        for one in (seminar.host, invited):
            factories.member(session, one)
        meeting_factories.registration(
            session, seminar, coming, user=factories.member(session, coming), confirmed_at=now() - timedelta(days=20)
        )
        session.commit()
        meeting_id, invited_id, by_id = seminar.id, invited.id, session.scalars(sa.select(sa.func.min(User.id))).one()

    def together(act: Callable[[Session, Meeting], object]) -> list[object]:
        start = Barrier(PEOPLE)

        def one(_: int) -> object:
            with service.app_context(), db.sessionmaker() as session:
                meeting = session.get_one(Meeting, meeting_id)
                start.wait()
                result = act(session, meeting)
                session.commit()
                return result

        with ThreadPoolExecutor(PEOPLE) as pool:
            return list(pool.map(one, range(PEOPLE)))

    def invite(session: Session, meeting: Meeting) -> int:
        by, institution = session.get_one(User, by_id), session.get_one(Institution, invited_id)
        return actions.invite(session, meeting, [institution], "", by).written

    with service.app_context():
        assert sorted(together(invite)) == [0] * (PEOPLE - 1) + [1]
        with db.sessionmaker() as session:
            session.execute(sa.update(Invitation).values(written_at=now() - timedelta(days=1)))
            session.commit()
        assert sorted(together(actions.remind)) == [0] * (PEOPLE - 1) + [1]
        assert sorted(together(lambda session, meeting: notices.write(session, meeting, 7, 1))) == [0] * (PEOPLE - 1) + [1]
        with db.sessionmaker() as session:
            assert session.scalar(sa.select(sa.func.count(OutgoingMessage.id))) == 3
        db.engine.dispose()
