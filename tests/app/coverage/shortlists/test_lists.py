"""A list that a team shares: filled from the candidates, read, filtered, exported, renamed, deleted."""

import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.coverage.shortlists import actions
from app.coverage.shortlists.models import Entry, Shortlist, Status
from app.directory.models import Kind, State
from tests import factories, meeting_factories
from tests.app.coverage.shortlists.conftest import Team, plain

ADD = "/listes-de-candidates/ajouter"


def names_in(session: Session, shortlist: Shortlist) -> list[str]:
    session.expire_all()
    asked = sa.select(Entry).where(Entry.shortlist_id == shortlist.id)
    return sorted(one.institution.name for one in session.scalars(asked))


def test_a_team_makes_a_list_from_candidates_that_it_ticks(team: Team, session: Session):
    wanted = [factories.library(session, f"Bibliothèque {letter}") for letter in "AB"]
    codes = [one.public_id for one in wanted]
    page = team.client.get(ADD, query_string={"bibliotheque": codes, "recherche": "territoires=departement-04&heures=10"})
    assert page.status_code == 200
    assert "Bibliothèque A" in page.text
    assert 'value="territoires=departement-04&amp;heures=10"' in page.text
    typed = {"bibliotheque": codes, "liste": "nouvelle", "nom": "Les deux", "structure": team.cite.public_id}
    answer = team.client.post(ADD, data={**typed, "recherche": "territoires=departement-04&heures=10"})
    assert answer.status_code == 303
    made = session.scalars(sa.select(Shortlist).where(Shortlist.name == "Les deux")).one()
    assert (made.institution, made.created_by) == (team.cite, team.one)
    assert names_in(session, made) == ["Bibliothèque A", "Bibliothèque B"]
    page = team.client.get(answer.location)
    assert "/bibliotheques-candidates?territoires=departement-04&amp;heures=10" in page.text


def test_a_library_stands_once_in_a_list_however_often_it_is_added(team: Team, session: Session):
    other = factories.library(session, "Une autre")
    typed = {"bibliotheque": [team.entry.institution.public_id, other.public_id], "liste": team.shortlist.public_id}
    for _ in range(2):
        assert team.client.post(ADD, data=typed).status_code == 303
    page = plain(team.client.get(team.path).text)
    assert "1 bibliothèque ajoutée à" in page
    assert "1 y était déjà" in page
    assert "Rien à ajouter à" in page
    assert "2 y étaient déjà" in page
    assert names_in(session, team.shortlist) == ["Bibliothèque de l’essai", "Une autre"]
    session.add(Entry(shortlist=team.shortlist, institution=other))
    with pytest.raises(IntegrityError, match="uq_shortlist_entry_shortlist_id_institution_id"):
        session.flush()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"bibliotheque": [], "liste": "la"}, "Cochez au moins une bibliothèque"),
        ({"bibliotheque": ["inconnue-12"], "liste": "la"}, "parmi les bibliothèques de l’annuaire"),
        ({"liste": "nouvelle", "nom": "  "}, "Donnez un nom à cette liste"),
        ({"liste": "nouvelle", "nom": "À appeler"}, "Votre équipe a déjà une liste de ce nom"),
        ({"liste": "nouvelle", "nom": "x" * 121}, "120 caractères au plus"),
        ({"liste": "nouvelle", "nom": "Gardé", "structure": "cite-forgee"}, "Pour quelle structure"),
        ({}, "Choisissez une liste"),
        ({"liste": "zzzzzzzzzzzzzz"}, "À quelle liste"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(team: Team, session: Session, typed: dict, said: str):
    data = {"bibliotheque": [team.entry.institution.public_id], "structure": team.cite.public_id, **typed}
    data["liste"] = team.shortlist.public_id if data.get("liste") == "la" else data.get("liste", "")
    before = session.scalar(sa.select(sa.func.count(Shortlist.id)))
    answer = team.client.post(ADD, data=data)
    assert answer.status_code == 400
    assert said in plain(answer.text)
    assert (typed.get("nom") or "").strip() in answer.text
    assert session.scalar(sa.select(sa.func.count(Shortlist.id))) == before


def test_a_double_click_on_a_new_list_leads_twice_to_the_same_one(team: Team, session: Session, sign_in):
    typed = {"bibliotheque": [team.entry.institution.public_id], "liste": "nouvelle", "nom": "Neuve"}
    typed["structure"] = team.cite.public_id
    first, second = (team.client.post(ADD, data=typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert sign_in(team.other).post(ADD, data=typed).status_code == 400, "a colleague's list is not one's own double click"
    session.execute(sa.update(Shortlist).values(created_at=now() - timedelta(minutes=2)))
    assert team.client.post(ADD, data=typed).status_code == 400, "nor is what one made before"


def test_a_list_of_somebody_else_takes_nothing(team: Team, session: Session, sign_in):
    stranger = sign_in(factories.member(session, factories.library(session, "Ailleurs", "commune-35238")))
    typed = {"bibliotheque": [team.entry.institution.public_id], "liste": team.shortlist.public_id}
    assert stranger.post(ADD, data=typed).status_code == 400
    assert stranger.get(team.path).status_code == 404
    # A line of another list is nobody's, even within one's own list.
    other = Shortlist(institution=team.cite, name="Une seconde")
    session.add(other)
    session.flush()
    path = f"/listes-de-candidates/{other.public_id}/lignes/{team.entry.public_id}"
    assert team.client.get(path).status_code == 409
    assert team.client.post(f"{path}/retirer").status_code == 409
    assert names_in(session, team.shortlist) == ["Bibliothèque de l’essai"]


def test_only_what_could_become_a_place_is_listed(team: Team, session: Session):
    agency = factories.institution(session, "Une agence", Kind.AGENCY)
    assert team.client.get(ADD, query_string={"bibliotheque": agency.public_id}).status_code == 400


def test_an_administrator_reads_and_does_not_write(team: Team, session: Session, sign_in):
    administrator = sign_in(factories.person(session, administrator=True))
    assert "À appeler" in administrator.get("/listes-de-candidates").text
    page = administrator.get(team.path).text
    assert "Changer l’état" not in page
    assert administrator.post(team.line, data={"statut": "retenue", "version": "1"}).status_code == 403


def test_a_list_is_filtered_ordered_and_counted(team: Team, session: Session):
    for letter, status in (("A", Status.KEPT), ("B", Status.TO_CALL), ("C", Status.KEPT)):
        library = factories.library(session, f"Bibliothèque {letter}")
        session.add(Entry(shortlist=team.shortlist, institution=library, status=status))
    session.flush()

    def order(query: str) -> list[str]:
        text = team.client.get(f"{team.path}{query}").text
        found = ["de l’essai", *(f"Bibliothèque {letter}" for letter in "ABC")]
        return sorted((one for one in found if f"{one}</a></h3>" in text), key=lambda one: text.index(f"{one}</a></h3>"))

    assert order("") == ["de l’essai", "Bibliothèque B", "Bibliothèque A", "Bibliothèque C"]
    assert order("?tri=nom") == ["Bibliothèque A", "Bibliothèque B", "Bibliothèque C", "de l’essai"]
    assert order("?statut=retenue&statut=a-appeler") == ["Bibliothèque B", "Bibliothèque A", "Bibliothèque C"]
    page = team.client.get(f"{team.path}?statut=retenue").text
    assert "2 bibliothèques sur 4" in plain(page)
    assert "retenue</a> <b>2</b>" in page
    assert team.client.get(f"{team.path}?statut=perdue").status_code == 400
    assert team.client.get(f"{team.path}?tri=hasard").status_code == 400


def test_a_list_is_ordered_by_the_rank_of_today_in_its_search(team: Team, session: Session):
    small = factories.library(session, "Peu ouverte")
    small.weekly_hours, team.entry.institution.weekly_hours = 4, 30
    outside = factories.library(session, "Bretonne", "commune-35238")
    session.add_all([Entry(shortlist=team.shortlist, institution=one) for one in (small, outside)])
    session.flush()
    assert team.client.get(f"{team.path}?tri=rang").status_code == 400, "a list made by hand has no ranks"
    team.shortlist.asked = "territoires=departement-04"
    session.flush()
    text = plain(team.client.get(f"{team.path}?tri=rang").text)
    assert text.index("Rang 1 sur 2") < text.index("Peu ouverte") < text.index("Bretonne")
    assert "ne la trouve pas aujourd’hui" in text
    export = team.client.get(f"{team.path}/liste.csv?tri=rang&pour=machines").text
    assert export.index("essai") < export.index("Peu ouverte") < export.index("Bretonne")


def test_an_export_holds_exactly_what_is_shown(team: Team, session: Session):
    team.entry.note = "=SOMME(A1) ; à rappeler"
    team.entry.institution.weekly_hours = 22.5
    kept = Entry(shortlist=team.shortlist, institution=factories.library(session, "Gardée"), status=Status.KEPT)
    session.add(kept)
    session.flush()
    people = team.client.get(f"{team.path}/liste.csv").text
    assert people.startswith("\ufeffBibliothèque;Identifiant;Commune;Code Insee;")
    assert '"\'=SOMME(A1) ; à rappeler"' in people
    assert ";22,5;" in people
    assert ";04112;" in people
    assert "Camille" not in people
    machines = team.client.get(f"{team.path}/liste.csv?pour=machines&statut=retenue").text.splitlines()
    assert len(machines) == 2
    assert machines[1].startswith("Gardée,")
    assert ",retenue," in machines[1]
    with team.client.get(f"{team.path}/liste.xlsx?statut=retenue") as answer:
        book = zipfile.ZipFile(io.BytesIO(answer.data))
    data, about = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    assert "Gardée" in data
    assert "essai</t>" not in data
    assert ">retenue<" in about
    assert team.client.get(f"{team.path}/liste.csv?pour=chats").status_code == 400
    assert team.client.get(f"{team.path}/liste.csv?statut=perdue").status_code == 400


def test_a_line_says_what_is_known_from_which_source_and_who_wrote(team: Team, session: Session):
    library = team.entry.institution
    library.weekly_hours, library.own_fields = 18, ["weekly_hours"]
    session.flush()
    page = plain(team.client.get(team.path).text)
    assert "18 h par semaine · personnel non connu · surface non connue" in page
    assert "Source : Jeu d’essai inventé" in page
    assert "renseigné par la bibliothèque : horaires" in page
    assert "par Camille Inventée" in page


def test_from_a_line_one_says_a_wish_and_invites_to_a_meeting(team: Team, session: Session):
    library = team.entry.institution
    meeting = meeting_factories.meeting(session, team.cite)
    page = team.client.get(team.path).text
    assert f"/interets/nouveau?nature=souhait&amp;vers={library.public_id}" in page
    assert f"/interets/nouveau?nature=interet&amp;vers={library.public_id}" in page
    assert "nature=piste" not in page, "a lead is of an agency"
    link = f"/rencontres/{meeting.public_id}/invitations/choisir?structures={library.public_id}"
    assert link in page
    other = factories.library(session, "Pas dans la liste")
    choice = team.client.get(link).text
    assert library.name in choice
    assert other.name not in choice
    assert "parmi 1 structure d’une liste" in plain(choice)
    wrong = team.client.get(f"/rencontres/{meeting.public_id}/invitations/choisir?structures=../etc")
    assert wrong.status_code == 400
    many = ";".join(f"bib-{number}" for number in range(101))
    assert team.client.get(f"/rencontres/{meeting.public_id}/invitations/choisir?structures={many}").status_code == 400


@pytest.mark.parametrize(
    ("state", "said"), [(State.CLOSED, "L’annuaire la dit fermée."), (State.ABSENT, "Elle n’est plus dans la")]
)
def test_nothing_is_proposed_to_a_library_that_is_open_no_more(team: Team, session: Session, state: State, said: str):
    gone = team.entry.institution
    factories.observe(session, gone, now().date(), state)
    still = factories.library(session, "Toujours là")
    session.add(Entry(shortlist=team.shortlist, institution=still))
    meeting = meeting_factories.meeting(session, team.cite)
    page = plain(team.client.get(team.path).text)
    assert said in page
    assert f"={gone.public_id}" not in page
    assert f"vers={still.public_id}" in page
    assert f'/rencontres/{meeting.public_id}/invitations/choisir?structures={still.public_id}"' in page
    assert "Inviter à une rencontre cette bibliothèque" in page


def test_a_list_is_renamed_and_a_name_is_of_one_list(team: Team, session: Session):
    assert (
        team.client.post(f"{team.path}/modifier", data={"nom": "Retenues", "note": "Pour juin", "version": "1"}).status_code
        == 303
    )
    session.expire_all()
    assert (team.shortlist.name, team.shortlist.note, team.shortlist.revision) == ("Retenues", "Pour juin", 2)
    late = team.client.post(f"{team.path}/modifier", data={"nom": "Autre nom", "version": "1"})
    assert late.status_code == 409
    assert "Autre nom" in late.text
    assert "« Retenues »" in plain(late.text)
    session.add(Shortlist(institution=team.cite, name="Prise"))
    session.flush()
    taken = team.client.post(f"{team.path}/modifier", data={"nom": "Prise", "version": "2"})
    assert taken.status_code == 400
    assert "déjà une liste de ce nom" in taken.text
    assert team.client.post(f"{team.path}/modifier", data={"nom": "", "version": "2"}).status_code == 400


def test_a_double_click_makes_one_list(team: Team, session: Session):
    typed = {"nom": "Nouvelle", "structure": team.cite.public_id, "note": "Le mot gardé"}
    assert team.client.post("/listes-de-candidates", data=typed).status_code == 303
    assert team.client.post("/listes-de-candidates", data=typed).status_code == 303
    other = team.client.post("/listes-de-candidates", data={**typed, "note": "Un autre mot"})
    assert other.status_code == 400
    assert "Un autre mot" in other.text
    assert session.scalar(sa.select(sa.func.count(Shortlist.id)).where(Shortlist.name == "Nouvelle")) == 1


def test_a_list_is_deleted_by_a_button_and_not_by_a_link(team: Team, session: Session):
    assert "1 ligne" in plain(team.client.get(f"{team.path}/supprimer").text)
    assert session.get(Shortlist, team.shortlist.id) is not None
    assert team.client.post(f"{team.path}/supprimer").status_code == 303
    assert team.client.post(f"{team.path}/supprimer").status_code == 404
    assert session.scalar(sa.select(sa.func.count(Entry.id))) == 0


def test_a_list_that_is_full_says_so(team: Team, session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "MOST_ENTRIES", 1)
    other = factories.library(session, "De trop")
    answer = team.client.post(ADD, data={"bibliotheque": other.public_id, "liste": team.shortlist.public_id})
    assert answer.status_code == 409
    assert names_in(session, team.shortlist) == ["Bibliothèque de l’essai"]


@pytest.mark.parametrize("name", ["", " \u202f"])
def test_the_database_keeps_no_list_without_a_name(team: Team, session: Session, name: str):
    session.add(Shortlist(institution=team.cite, name=name))
    with pytest.raises(IntegrityError, match="name_not_blank"):
        session.flush()


def test_a_name_is_of_one_list_of_a_team(team: Team, session: Session):
    session.add(Shortlist(institution=team.entry.institution, name=team.shortlist.name))
    session.flush()
    session.add(Shortlist(institution=team.cite, name=team.shortlist.name))
    with pytest.raises(IntegrityError, match="uq_shortlist_institution_id_name"):
        session.flush()
