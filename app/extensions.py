"""The extensions of Flask that every subject shares."""

from flask_compress import Compress
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

db = SQLAlchemy()
csrf = CSRFProtect()
compress = Compress()
