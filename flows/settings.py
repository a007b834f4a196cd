"""The settings of an installation: where things live, whom to mail, when the night runs.

Read from `nianbao.toml` in the working folder (or the file that NIANBAO_CONFIG names) and from the
environment, which wins: NIANBAO_HOME, NIANBAO_MAIL__HOST and so on.
"""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from flows.crawl.manners import Manners
from flows.limits import Limits, config_file
from schemas.errors import UserError

if TYPE_CHECKING:
    from flows.mail import MailSettings

# Until the registry of real sources is filled, a night without another registry reads the samples.
SAMPLE_SOURCES = Path(__file__).parents[1] / "data" / "samples" / "sources.yaml"


_DEFAULT = Limits()
_MANNERS = Manners()


class Schedule(BaseModel):
    """When the night runs."""

    model_config = ConfigDict(extra="forbid")
    cron: str = "0 2 * * *"
    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("expected a time zone such as Asia/Shanghai") from error
        return name


class Group(BaseModel):
    """People who are told of the bodies of some places only: names of provinces, cities, counties, or their codes."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1)
    places: tuple[str, ...] = Field(min_length=1)
    recipients: tuple[str, ...] = Field(min_length=1)


class Mail(BaseModel):
    """Where the data-quality report is mailed; without a host it is written into the outbox."""

    model_config = ConfigDict(extra="forbid")
    host: str | None = None
    port: int = Field(default=25, gt=0, lt=65536)
    security: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: SecretStr | None = None
    sender: str = "nianbao@localhost"
    recipients: tuple[str, ...] = ("team@localhost",)
    timeout_s: float = 30.0
    groups: tuple[Group, ...] = ()

    @field_validator("groups")
    @classmethod
    def _names_differ(cls, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        if len({group.name for group in groups}) < len(groups):
            raise ValueError("expected a name of its own for each group")
        return groups


class Reading(BaseModel):
    """What reading one document may cost; see `limits` for the reasons of each default."""

    model_config = ConfigDict(extra="forbid")
    workers: int = Field(default=_DEFAULT.workers, ge=0, le=1024)
    seconds: float = Field(default=_DEFAULT.seconds, gt=0)
    scan_seconds: float = Field(default=_DEFAULT.scan_seconds, gt=0)
    memory_mb: int = Field(default=_DEFAULT.memory_mb, ge=128)


class Crawl(BaseModel):
    """What the crawler takes from every host alike; a source's own caps stand in the registry."""

    model_config = ConfigDict(extra="forbid")
    answer_s: float = Field(default=_MANNERS.answer_s, gt=0)
    retries: int = Field(default=_MANNERS.retries, ge=0, le=10)
    back_off_s: float = Field(default=_MANNERS.back_off_s, ge=0)
    max_mb: int = Field(default=_MANNERS.max_bytes >> 20, gt=0)
    resolve: dict[str, str] = Field(default={}, description="host name → address, as /etc/hosts")
    resume_hours: float = Field(
        default=12, ge=0, description="how old a crawl that was killed may be to be gone on with"
    )


class Publishing(BaseModel):
    """How the snapshot is published."""

    model_config = ConfigDict(extra="forbid")
    keep: int = Field(default=7, ge=0, le=1000, description="how many of the last snapshots are kept")


class Settings(BaseSettings):
    """All settings; every one has a default that works on a fresh machine."""

    model_config = SettingsConfigDict(env_prefix="NIANBAO_", env_nested_delimiter="__", extra="forbid")
    home: Path = Path("var")
    sources: Path = SAMPLE_SOURCES
    contact: str = "no contact set"
    crawl_timeout_s: float = Field(default=6 * 3600, gt=0)
    batch: int = Field(default=50, gt=0, description="documents a reading task takes")
    crawl: Crawl = Crawl()
    reading: Reading = Reading()
    publishing: Publishing = Publishing()
    schedule: Schedule = Schedule()
    mail: Mail = Mail()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    @cached_property
    def root(self) -> Path:
        """The home as an absolute path, made where it is missing."""
        self.home.mkdir(parents=True, exist_ok=True)
        return self.home.resolve()

    @property
    def archive(self) -> Path:
        """WARC files."""
        return self.root / "archive"

    @property
    def warehouse(self) -> Path:
        """The writer's database; nobody else opens it."""
        return self.root / "work" / "warehouse.duckdb"

    @property
    def snapshot(self) -> Path:
        """The published database that analysts open."""
        return self.root / "nianbao.duckdb"

    @property
    def work(self) -> Path:
        """What a run leaves between its stages."""
        return self.root / "work"

    @property
    def report(self) -> Path:
        """The data-quality report."""
        return self.root / "report" / "index.html"

    @property
    def log(self) -> Path:
        """What libraries have to say."""
        return self.root / "log"

    @property
    def limits(self) -> Limits:
        """What reading one document may cost."""
        return Limits(**self.reading.model_dump())

    @property
    def manners(self) -> Manners:
        """What the crawler takes from every host alike."""
        given = self.crawl.model_dump(exclude={"resume_hours", "max_mb"})
        return Manners(**given, max_bytes=self.crawl.max_mb << 20)

    def mail_settings(self) -> MailSettings:
        """Return the mail settings with this home's outbox."""
        from flows.mail import MailGroup, MailSettings

        mail = self.mail
        return MailSettings(
            host=mail.host,
            port=mail.port,
            security=mail.security,
            user=mail.user,
            password=mail.password.get_secret_value() if mail.password else None,
            sender=mail.sender,
            recipients=mail.recipients,
            outbox=self.root / "outbox",
            timeout_s=mail.timeout_s,
            groups=tuple(MailGroup(group.name, group.places, group.recipients) for group in mail.groups),
        )


def load_settings(**overrides: object) -> Settings:
    """Load the settings; ``overrides`` (command-line options that were given) win.

    Raises:
        UserError: a setting is unknown or of the wrong form; names the file or variable and the field.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"settings ({config_file()}, NIANBAO_* variables): {field}: {first['msg']}, found {first['input']!r}"
        ) from error
    except SettingsError as error:
        raise UserError(
            f'settings ({config_file()}, NIANBAO_* variables): {error}; a list is written as JSON there: ["a"]'
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{config_file()}: expected TOML, found: {error}") from error
