"""A point in a form, in a column, in a revision, in a migration and of a place."""

import json
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.test import override_settings
from django.utils import translation
from modelcluster.models import get_field_value

from home.factories import LocationMapPageFactory, PlaceFactory
from home.models import LocationMapPage, Place
from portal.maps.coordinates import Coordinates, CoordinatesError
from portal.maps.fields import CoordinatesField, CoordinatesFormField
from portal.maps.places import PlainPlace, located, position
from tests.mapping import BAY

OFFICE = Coordinates("20.951", "107.08")
STORED = "20.951000,107.080000"


class PointForm(forms.Form):
    at = CoordinatesFormField(required=False)


class PlaceForm(forms.ModelForm):
    class Meta:
        model = Place
        fields = ["coordinates"]


@pytest.fixture
def place(site):
    return PlaceFactory(page=LocationMapPageFactory(parent=site.home), sort_order=0)


def column(place):
    with connection.cursor() as cursor:
        cursor.execute("SELECT coordinates FROM home_place WHERE id = %s", [place.pk])
        return cursor.fetchone()[0]


# The fields by themselves


@pytest.fixture
def whole_country(settings):
    settings.PORTAL_MAP_BOUNDS = None


@pytest.mark.usefixtures("whole_country")
class TestFormField:
    def test_cleans_pasted_text_to_a_point(self):
        assert CoordinatesFormField().clean("20,95; 107,08") == BAY

    def test_empty_is_none_or_refused_when_required(self):
        assert CoordinatesFormField(required=False).clean("  ") is None
        with pytest.raises(ValidationError):
            CoordinatesFormField().clean("")

    def test_refuses_points_elsewhere_unless_told_otherwise(self):
        with pytest.raises(CoordinatesError):
            CoordinatesFormField().clean("59.33, 18.06")
        assert CoordinatesFormField(bounded=False).clean("59.33, 18.06").lat == Decimal("59.33")

    def test_shows_a_point_in_the_short_form(self):
        class PointForm(forms.Form):
            at = CoordinatesFormField()

        assert 'value="20.95, 107.08"' in str(PointForm(initial={"at": BAY})["at"])
        refused = PointForm({"at": '"><b>'})
        assert "<b>" not in str(refused["at"])

    def test_notices_a_change_of_the_point_and_not_of_its_spelling(self):
        field = CoordinatesFormField()
        assert not field.has_changed(BAY, "20°57′00″N 107°04′48″E")
        assert field.has_changed(BAY, "20.95, 107.09")
        assert field.has_changed(BAY, "nonsense")


class TestModelField:
    def test_is_recreated_from_its_migration_form(self):
        field = CoordinatesField("point", blank=True, null=True)
        field.set_attributes_from_name("coordinates")
        _name, path, args, kwargs = field.deconstruct()
        assert path == "portal.maps.fields.CoordinatesField"
        assert "max_length" not in kwargs
        again = CoordinatesField(*args, **kwargs)
        assert again.null
        assert again.max_length == field.max_length

    def test_the_longest_point_fits_the_column(self):
        longest = str(Coordinates("-89.123456", "-179.123456"))
        assert len(longest) <= CoordinatesField().max_length

    def test_is_not_taken_for_text_to_translate(self):
        assert not isinstance(CoordinatesField(), models.CharField | models.TextField)

    def test_column_holds_canonical_text(self):
        field = CoordinatesField()
        assert field.get_prep_value(BAY) == "20.950000,107.080000"
        assert field.get_prep_value("20,95; 107,08") == "20.950000,107.080000"
        assert field.from_db_value("20.950000,107.080000", None, connection) == BAY
        assert field.from_db_value("", None, connection) is None
        assert field.from_db_value(None, None, connection) is None

    def test_no_point_is_null_where_allowed_and_empty_text_elsewhere(self):
        assert CoordinatesField(null=True).get_prep_value(None) is None
        assert CoordinatesField(blank=True).get_prep_value(None) == ""
        assert CoordinatesField(blank=True).get_default() is None

    @pytest.mark.parametrize("point", [BAY, None])
    def test_survives_a_revision(self, point):
        field = CoordinatesField(blank=True, null=True)
        field.set_attributes_from_name("coordinates")
        holder = SimpleNamespace(coordinates=point, pk=1)
        stored = json.loads(json.dumps(get_field_value(field, holder)))
        assert field.to_python(stored) == point

    @override_settings(PORTAL_MAP_BOUNDS=None)
    def test_validates_the_area_even_without_a_form(self):
        with pytest.raises(ValidationError) as caught:
            CoordinatesField().clean(Coordinates("59.33", "18.06"), None)
        assert [error.code for error in caught.value.error_list] == ["outside"]

    def test_offers_the_form_field(self):
        field = CoordinatesField("Where", blank=True)
        field.set_attributes_from_name("coordinates")
        offered = field.formfield()
        assert isinstance(offered, CoordinatesFormField)
        assert not offered.required


# The column


def test_any_spelling_is_stored_as_one_text(place):
    for text in ("20,951; 107,08", "20°57′03,6″B 107°04′48″Đ", "geo:20.951,107.08", OFFICE):
        place.coordinates = text
        place.save()
        assert column(place) == STORED
        assert Place.objects.get(pk=place.pk).coordinates == OFFICE


def test_a_point_is_found_by_any_of_its_spellings(place):
    assert Place.objects.get(coordinates="20°57′03.6″N 107°04′48″E") == place
    assert Place.objects.get(coordinates=OFFICE) == place
    assert not Place.objects.filter(coordinates="20.951, 107.081").exists()


def test_text_that_is_no_point_is_never_stored(place):
    place.coordinates = "gần chợ"
    with transaction.atomic(), pytest.raises(ValidationError):
        place.save()
    assert column(place) == STORED


def test_the_farthest_point_fits_the_column(place):
    place.coordinates = Coordinates("-89.999999", "-179.999999")
    place.save()
    assert column(place) == "-89.999999,-179.999999"
    assert len(column(place)) <= CoordinatesField().max_length


# What leaves the model and comes back


def test_a_revision_holds_the_text_and_gives_the_point_back(place):
    page = LocationMapPage.objects.get()
    revision = page.save_revision()
    (content,) = json.loads(json.dumps(revision.content))["places"]
    assert content["coordinates"] == STORED
    restored = revision.as_object().places.get()
    assert restored.coordinates == OFFICE
    assert isinstance(restored.coordinates, Coordinates)


def test_a_restored_revision_moves_the_place_back(place):
    page = LocationMapPage.objects.get()
    earlier = page.save_revision()
    moved = page.places.get()
    moved.coordinates = Coordinates("21.01", "107.29")
    page.places.add(moved)
    page.save_revision().publish()
    assert column(place).startswith("21.010000")
    earlier.publish()
    assert Place.objects.get().coordinates == OFFICE


def test_a_fixture_carries_the_point(place):
    written = serializers.serialize("json", [place])
    assert json.loads(written)[0]["fields"]["coordinates"] == STORED
    (read,) = serializers.deserialize("json", written)
    assert read.object.coordinates == OFFICE


# The migration


@pytest.mark.parametrize(
    "options", [{}, {"null": True, "blank": True}, {"default": OFFICE}, {"help_text": "Where?"}]
)
def test_deconstruct_gives_back_the_same_field(options):
    field = CoordinatesField("point", **options)
    _name, path, args, kwargs = field.deconstruct()
    assert path == "portal.maps.fields.CoordinatesField"
    assert kwargs == {"verbose_name": "point", **options}
    again = CoordinatesField(*args, **kwargs)
    assert again.deconstruct() == field.deconstruct()
    assert again.db_type(connection) == field.db_type(connection) == "varchar(24)"


def test_a_migration_can_write_the_field():
    written, imports = MigrationWriter.serialize(CoordinatesField(blank=True, null=True))
    assert written == "portal.maps.fields.CoordinatesField(blank=True, null=True)"
    assert "import portal.maps.fields" in imports


# The form


def test_the_input_shows_the_short_form_and_no_wrong_number():
    html = str(PointForm(initial={"at": OFFICE})["at"])
    assert 'value="20.951, 107.08"' in html
    assert 'type="text"' in html
    assert 'autocomplete="off"' in html


def test_what_was_typed_stays_when_it_is_refused():
    form = PointForm({"at": '107.08, 20.951 "'})
    assert not form.is_valid()
    assert "107.08, 20.951 &quot;" in str(form["at"])


@pytest.mark.parametrize(
    ("initial", "data", "changed"),
    [
        (OFFICE, "20.951, 107.08", False),
        (OFFICE, " 20,951000; 107,080000 ", False),
        (OFFICE, "20°57′03,6″B 107°04′48″Đ", False),
        (STORED, "20.951, 107.08", False),
        (None, "", False),
        (None, "   ", False),
        ("", "", False),
        (OFFICE, "20.951001, 107.08", True),
        (OFFICE, "107.08, 20.951", True),
        (OFFICE, "gần chợ", True),
        (OFFICE, "", True),
        (None, "20.951, 107.08", True),
    ],
)
def test_a_change_is_one_of_the_point_and_not_of_its_spelling(initial, data, changed):
    assert PointForm({"at": data}, initial={"at": initial}).has_changed() is changed


def test_a_disabled_input_never_changes_whatever_is_sent():
    field = CoordinatesFormField(disabled=True)
    assert not field.has_changed(OFFICE, "21.01, 107.29")


@pytest.mark.django_db
def test_the_model_form_cleans_pasted_text_and_refuses_once():
    form = PlaceForm({"coordinates": "https://www.google.com/maps/@20.951,107.08,17z"})
    assert form.is_valid()
    assert form.instance.coordinates == OFFICE
    with translation.override("en"):
        refused = list(PlaceForm({"coordinates": "48.85, 2.35"}).errors["coordinates"])
        empty = list(PlaceForm({"coordinates": " "}).errors["coordinates"])
    assert len(refused) == len(empty) == 1
    assert "lies outside" in refused[0]
    assert empty == ["This field is required."]


def test_the_configured_area_binds_the_form(settings):
    settings.PORTAL_MAP_BOUNDS = {
        "west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8, "name": "Quảng Ninh",
    }  # fmt: skip
    assert PointForm({"at": "20.951, 107.08"}).is_valid()
    with translation.override("en"):
        (message,) = PointForm({"at": "10.77, 106.7"}).errors["at"]
    assert message == (
        "This point (10°46′12″N 106°42′00″E) lies outside Quảng Ninh. "
        "Check the numbers and their order."
    )


# The place


def test_places_give_their_point_in_either_way():
    assert position(SimpleNamespace(name="A", coordinates=BAY)) == BAY
    assert position(SimpleNamespace(name="A", latitude="20.95", longitude="107.08")) == BAY
    assert position(SimpleNamespace(name="A", latitude=None, longitude=None)) is None
    numbered = located([PlainPlace("A"), PlainPlace("B", BAY)])
    assert [number for number, _place, _point in numbered] == [2]
