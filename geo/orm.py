"""The one declarative base: naming of constraints, enums stored by value, dates with zone, point and shape types."""

import enum
from datetime import datetime
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from geoalchemy2 import Geography, Geometry, WKBElement
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase

Point = Annotated[WKBElement, "point"]
Shape = Annotated[WKBElement, "shape"]


class Base(DeclarativeBase):
    """Every table of the service stands in this one metadata, so that migrations see them all."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: sa.DateTime(timezone=True),
        str: sa.Text(),
        list[str]: ARRAY(sa.Text()),
        Point: Geography("POINT", srid=4326),
        Shape: Geometry("MULTIPOLYGON", srid=4326),
        enum.Enum: sa.Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            values_callable=lambda members: [member.value for member in members],
            length=40,
        ),
    }
