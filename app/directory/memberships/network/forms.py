"""What is typed to run the network."""

from wtforms import HiddenField
from wtforms.validators import DataRequired

from app.accounts.forms import EmailField
from app.forms import BaseForm


class DesignateForm(BaseForm):
    """The institution to designate, by its public id."""

    institution = HiddenField(validators=[DataRequired()])


class AdministratorForm(BaseForm):
    """The person to name."""

    email = EmailField("Adresse électronique de la personne")
