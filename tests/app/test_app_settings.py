import pytest

from orgbot.settings import Settings, SettingsError, read

TO = "camille@example.org"


def settings(**variables: str) -> Settings:
    return read(variables)


def refused(**variables: str) -> str:
    """The one line that the operator reads."""
    with pytest.raises(SettingsError) as caught:
        read(variables)
    (line,) = str(caught.value).splitlines()
    assert "motdepasse1" not in line
    return line


def test_without_a_server_leads_go_by_telegram_alone() -> None:
    assert settings().smtp is None
    assert settings(SMTP_URL=" ", MAIL_TO="").smtp is None


@pytest.mark.parametrize(
    ("url", "security", "host", "port"),
    [
        ("smtps://u:p@smtp.example.org:2465", "tls", "smtp.example.org", 2465),
        ("smtps://u:p@smtp.example.org", "tls", "smtp.example.org", 465),
        ("smtp://u:p@smtp.example.org/", "starttls", "smtp.example.org", 587),
        ("smtp://u:p@localhost:1025?security=none", "none", "localhost", 1025),
        ("smtp://u:p@127.0.0.2:1025/?security=none", "none", "127.0.0.2", 1025),
        ("smtp://u:p@[::1]:1025?security=none", "none", "::1", 1025),
    ],
)
def test_the_address_says_how_to_connect(url: str, security: str, host: str, port: int) -> None:
    smtp = settings(SMTP_URL=url, MAIL_TO=TO).smtp
    assert smtp is not None
    assert (smtp.security, smtp.host, smtp.port) == (security, host, port)


@pytest.mark.parametrize(
    ("typed", "user", "password"),
    [
        ("camille:p%40ss%23w%2Frd%3A%C3%A9%25", "camille", "p@ss#w/rd:é%"),
        ("camille@example.org:secret", "camille@example.org", "secret"),
        ("camille%40example.org:a:b@c", "camille@example.org", "a:b@c"),
    ],
)
def test_a_password_may_hold_any_sign(typed: str, user: str, password: str) -> None:
    smtp = settings(SMTP_URL=f"smtps://{typed}@smtp.example.org", MAIL_TO=TO).smtp
    assert smtp is not None
    assert (smtp.user, smtp.password) == (user, password)


def test_a_server_may_ask_for_no_password() -> None:
    smtp = settings(SMTP_URL="smtp://localhost:1025?security=none", MAIL_TO=TO).smtp
    assert smtp is not None
    assert (smtp.user, smtp.password) == ("", "")


def test_letters_come_from_the_freelancer_unless_said_otherwise() -> None:
    own = settings(SMTP_URL="smtps://x.org", MAIL_TO=TO).smtp
    other = settings(SMTP_URL="smtps://x.org", MAIL_TO=TO, MAIL_FROM="bot@organisme.québec").smtp
    assert own is not None
    assert other is not None
    assert (own.to, own.sender) == (TO, TO)
    assert (other.to, other.sender) == (TO, "bot@organisme.xn--qubec-csa")


def test_the_password_shows_nowhere() -> None:
    assert "motdepasse1" not in repr(settings(SMTP_URL="smtps://u:motdepasse1@x.org", MAIL_TO=TO))


@pytest.mark.parametrize(
    "url",
    [
        "u:motdepasse1@x.org",
        "https://u:motdepasse1@x.org",
        "smtps://u:motdepasse1@",
        "smtps://u:motdepasse1@x..org",
        "smtps://u:motdepasse1@x.org:0",
        "smtps://u:motdepasse1@x.org:port",
        "smtps://u:motdepasse1#@x.org",
        "smtps://u:motdepasse1/@x.org",
        "smtps://u:motdepasse1?@x.org",
        "smtps://u:12#motdepasse1@x.org",
        "smtps://u:12/motdepasse1@x.org",
        "smtps://u:12?motdepasse1@x.org",
        "smtps://u:[motdepasse1@x.org",
        "smtps://:motdepasse1@x.org",
        "smtps://u@x.org",
        "smtps://u:motdepasse1@x.org?security=none",
        "smtps://u:motdepasse1@x.org?securite=non",
        "smtp://u:motdepasse1@x.org?security=none",
        "smtp://u:motdepasse1@localhost.x.org?security=none",
        "smtp://u:motdepasse1@10.0.0.1?security=none",
    ],
)
def test_an_address_that_cannot_be_used_is_not_repeated(url: str) -> None:
    line = refused(SMTP_URL=url, MAIL_TO=TO)
    assert line.startswith("SMTP_URL : ")
    assert ";" in line


def test_a_server_and_a_mailbox_go_together() -> None:
    assert "MAIL_TO" in refused(SMTP_URL="smtps://u:motdepasse1@x.org")
    assert refused(MAIL_TO=TO).startswith("MAIL_TO : SMTP_URL manque")
    assert refused(MAIL_FROM=TO).startswith("MAIL_FROM : SMTP_URL manque")


@pytest.mark.parametrize("name", ["MAIL_TO", "MAIL_FROM"])
@pytest.mark.parametrize(
    "value", ["camille", "josé@example.org", "Camille <camille@example.org>", "a@x.org\nBcc: b@x.org"]
)
def test_a_mailbox_that_cannot_be_used_is_named(name: str, value: str) -> None:
    variables = {"SMTP_URL": "smtps://u:motdepasse1@x.org", "MAIL_TO": TO, name: value}
    assert refused(**variables).startswith(f"{name} : ")


def test_a_disk_that_is_wiped_every_day_is_refused() -> None:
    token = "1234567:" + "a" * 35
    for url in ({}, {"DATABASE_URL": "sqlite:////tmp/orgbot.sqlite3"}):
        assert "PostgreSQL" in refused(TELEGRAM_BOT_TOKEN=token, DYNO="web.1", **url)
    known = read({"TELEGRAM_BOT_TOKEN": token, "DYNO": "web.1", "DATABASE_URL": "postgres://h/d"})
    assert known.database_url == "postgresql+psycopg://h/d"


@pytest.mark.parametrize("host", ["RENDER", "RAILWAY_ENVIRONMENT", "K_SERVICE"])
def test_a_disk_that_lasts_as_long_as_a_deploy_is_refused_unless_a_path_is_given(host: str) -> None:
    known = {"TELEGRAM_BOT_TOKEN": "1234567:" + "a" * 35, host: "production"}
    assert "PostgreSQL" in refused(**known)
    # A disk may be mounted there.
    mounted = settings(**known, DATABASE_URL="sqlite:////data/orgbot.sqlite3")
    assert mounted.database_url == "sqlite:////data/orgbot.sqlite3"
    assert settings(**{host: "production"}).token is None


@pytest.mark.parametrize("chat", ["-1001234567890", "0", "000"])
def test_a_group_is_no_owner_and_neither_is_the_mailbox(chat: str) -> None:
    assert "personne" in refused(OWNER_CHAT_ID=chat)
