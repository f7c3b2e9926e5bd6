"""Settings: read, refused when malformed, refused in production when unsafe."""

import pytest

from app import config, create_app

SAFE = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://app@server/maillage",
    "SECRET_KEY": "x" * 32,
    "PUBLISHER": "Un organisme inventé",
    "CONTACT_EMAIL": "contact@example.org",
    "TRUSTED_HOSTS": "annuaire.example.org",
    "SITE_URL": "https://annuaire.example.org",
    "SMTP_HOST": "courrier.example.org",
    "MAIL_FROM": "maillage@example.org",
    "PROXY_COUNT": "0",
}


def test_a_setting_that_is_not_given_has_its_default():
    assert config.read({})["STALE_AFTER_MONTHS"] == 24


def test_a_number_that_is_none_is_refused_by_its_name():
    with pytest.raises(config.UnsafeSetting, match="PORT"):
        config.read({"PORT": "huit mille"})


def test_production_starts_on_safe_settings():
    assert config.read(SAFE)["ENVIRONMENT"] == "production"


@pytest.mark.parametrize(
    "lacking",
    [
        *("DATABASE_URL", "SECRET_KEY", "PUBLISHER", "CONTACT_EMAIL", "TRUSTED_HOSTS", "SITE_URL", "SMTP_HOST", "MAIL_FROM"),
        "PROXY_COUNT",
    ],
)
def test_production_refuses_to_start_without(lacking: str):
    with pytest.raises(config.UnsafeSetting, match=lacking):
        config.read({name: value for name, value in SAFE.items() if name != lacking})


def test_a_count_below_zero_is_refused():
    with pytest.raises(config.UnsafeSetting, match="PROXY_COUNT"):
        config.read({"PROXY_COUNT": "-1"})


def test_production_refuses_a_base_map_in_clear():
    with pytest.raises(config.UnsafeSetting, match="BASE_MAP_URL"):
        config.read({**SAFE, "BASE_MAP_URL": "http://tuiles.example/{z}/{x}/{y}.png"})


def test_the_service_says_that_it_needs_a_database():
    with pytest.raises(config.UnsafeSetting, match="make run"):
        create_app({})


def test_the_short_name_of_postgresql_is_understood():
    assert config.read({"DATABASE_URL": "postgres://app@server/maillage"})["DATABASE_URL"] == "postgresql://app@server/maillage"


def test_another_kind_of_database_is_refused():
    with pytest.raises(config.UnsafeSetting, match="PostgreSQL"):
        config.read({"DATABASE_URL": "mysql://server/maillage"})


@pytest.mark.parametrize(
    "unsafe",
    [
        {"SMTP_SECURITY": "none"},
        {"MAIL_FROM": "pas-une-adresse"},
        {"CONTACT_EMAIL": "xx"},
        {"SITE_URL": "http://annuaire.example.org"},
        {"SITE_URL": "https://autre.example.org"},
        {"TRUSTED_HOSTS": "*"},
        {"TRUSTED_HOSTS": "annuaire.example.org,*"},
    ],
    ids=str,
)
def test_production_refuses_to_start_on(unsafe: dict[str, str]):
    with pytest.raises(config.UnsafeSetting):
        config.read({**SAFE, **unsafe})


@pytest.mark.parametrize("environment", [SAFE, {"DATABASE_URL": "postgresql://app@server/maillage", "HOST": "0.0.0.0"}])
def test_accounts_of_demonstration_and_mails_are_of_a_machine_that_listens_to_itself(environment: dict[str, str]):
    addresses = {rule.endpoint for rule in create_app(environment).url_map.iter_rules()}
    assert not {"demonstration.accounts", "mailbox.index"} & addresses


def test_a_foreign_name_does_not_open_what_is_of_this_machine(client):
    for address in ("/demonstration", "/courrier"):
        assert client.get(address).status_code == 200
        assert client.get(address, headers={"Host": "ailleurs.example"}).status_code == 404
