"""What one asks of the pictures: a day, a distance and an area, all three in the URL."""

from app.coverage.areas import AreaForm
from app.coverage.forms import GainQuestionForm


class PicturesForm(AreaForm, GainQuestionForm):
    """`?date=2017-07-11&rayon=30&territoires=04;06`; nothing: today, 30 km, France."""
