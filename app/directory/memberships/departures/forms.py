"""What is confirmed by whoever goes, or makes someone go."""

from wtforms import BooleanField, ValidationError

from app.directory.memberships.forms import RoleForm
from app.directory.memberships.models import Role
from app.forms import BaseForm

KNOWING = "Je comprends que la structure n’aura plus de responsable, et je confirme"


class DepartureForm(BaseForm):
    """A departure; `must_know`: it would leave the institution without anybody responsible, and has to be confirmed."""

    knowing = BooleanField(KNOWING)
    must_know = False

    def validate_knowing(self, field: BooleanField) -> None:
        if self.must_know and not field.data:
            raise ValidationError("Cochez cette case pour confirmer, ou nommez d’abord une autre personne responsable.")


class MemberRoleForm(RoleForm, DepartureForm):
    """A role to give; to step down from the last responsible has to be confirmed."""

    # Both forms stand in one page, where an id is of one field.
    knowing = BooleanField(KNOWING, id="savoir-role")

    def validate_knowing(self, field: BooleanField) -> None:
        if self.role.data != Role.RESPONSIBLE.value:
            super().validate_knowing(field)


class EraseForm(BaseForm):
    """The erasure of one's account."""

    certain = BooleanField("Oui, effacer mon compte : cela ne peut pas être défait")

    def validate_certain(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError("Cochez cette case pour confirmer l’effacement.")
