"""Libraries on their way to a list: which they are, and to which list they go. A draft says what it is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.coverage.shortlists import actions, queries
from app.coverage.shortlists.actions import MOST_ENTRIES, Added
from app.coverage.shortlists.asking import candidates_url, tidy_query
from app.coverage.shortlists.forms import NEW, AddForm
from app.coverage.shortlists.models import Shortlist
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.formats import plural


@dataclass
class Draft:
    """Libraries and a form. `unknown` counts the codes that name no library; `lists` are those that one may choose."""

    form: AddForm
    lists: list[Shortlist]
    libraries: list[Institution]
    unknown: int
    teams: list[Institution]

    @property
    def problem(self) -> str:
        """What is wrong with the libraries themselves, or nothing."""
        if self.unknown:
            gone = plural(self.unknown, "structure cochée n’est pas", "structures cochées ne sont pas")
            return f"{gone} parmi les bibliothèques de l’annuaire : revenez à la page des candidates. Rien n’a été ajouté."
        if not self.libraries:
            return "Cochez au moins une bibliothèque sur la page des candidates, puis ajoutez-la."
        if len(self.libraries) > MOST_ENTRIES:
            return f"C’est trop à la fois : {MOST_ENTRIES} bibliothèques au plus."
        return ""

    @property
    def origin(self) -> str:
        """The page of candidates from which they come."""
        return candidates_url(self.form.asked.data or "")

    def is_ready(self) -> bool:
        """Whether all is said; otherwise the form says what is not."""
        return self.form.validate() and not self.problem


def begin(session: Session, actor: Actor, codes: Sequence[str], asked: str) -> Draft:
    """The form that a link of the page of candidates opens."""
    form = AddForm(formdata=None)
    draft = _draft(session, actor, form, codes)
    form.asked.data = asked
    if not draft.lists:
        form.into.data = NEW
    return draft


def received(session: Session, actor: Actor, codes: Sequence[str]) -> Draft:
    """The form as it was sent."""
    draft = _draft(session, actor, AddForm(), codes)
    draft.form.asked.data = tidy_query(draft.form.asked.data)
    return draft


def add(session: Session, actor: Actor, draft: Draft, by: User) -> tuple[Shortlist, Added]:
    """Make the list if it is new, and add the libraries."""
    form = draft.form
    if form.is_new:
        team = next(one for one in actor.institutions if one.public_id == form.team.data)
        shortlist = actions.create(session, team, form.label.data or "", "", form.asked.data or "", by)
    else:
        shortlist = next(one for one in draft.lists if one.public_id == form.into.data)
    return shortlist, actions.add(session, shortlist, draft.libraries, by)


def said(shortlist: Shortlist, added: Added) -> str:
    """What became of it, in a sentence."""
    already = plural(added.already, "y était déjà", "y étaient déjà")
    if not added.new:
        return f"Rien à ajouter à « {shortlist.name} » : {already}."
    new = plural(added.new, "bibliothèque ajoutée", "bibliothèques ajoutées")
    return f"{new} à « {shortlist.name} »{f' ; {already}' if added.already else ''}."


def _draft(session: Session, actor: Actor, form: AddForm, codes: Sequence[str]) -> Draft:
    teams = actor.institutions
    lists = list(session.scalars(queries.own(actor))) if teams else []
    form.offer(lists, teams)
    wanted = dict.fromkeys(code for code in codes[: MOST_ENTRIES + 1] if code)
    libraries = list(session.scalars(queries.libraries(wanted)))
    return Draft(form, lists, libraries, len(wanted) - len(libraries), teams)
