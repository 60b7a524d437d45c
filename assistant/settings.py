"""Defaults < `assistant.toml` < environment < arguments → `Settings`. Builds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as EnvironmentProblem

from assistant.errors import SettingsError
from assistant.types import RetrievalStep

BUNDLED_MODEL = "bundled"
SECRETS = ("llm_key", "password", "token")
LISTS = ("skip_steps", "allowed_hosts")


class Settings(BaseSettings):
    """What a home can set; each also as an environment variable `ASSISTANT_…` and an argument of `Assistant.open`."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="forbid", frozen=True)

    embedding_model: str = BUNDLED_MODEL
    """`bundled`, or whatever sentence-transformers loads: a folder or a hub's name."""
    query_prefix: str | None = None
    """Put before a question; `None` leaves it to the model's own prompts. The bundled model has its own."""
    passage_prefix: str | None = None
    """Put before a passage or sentence; `None` leaves it to the model's own prompts."""
    passage_characters: Annotated[int, Field(ge=200, le=5_000)] = 900
    """About how long a passage is at most; a character of a script without spaces counts as two and a half."""
    maximum_file_megabytes: Annotated[float, Field(gt=0, le=1_000)] = 20
    """A larger file is reported, not read."""
    maximum_quotes: Annotated[int, Field(ge=1, le=20)] = 4
    """The most quotes in one answer."""
    abstain_below: Annotated[float, Field(ge=0, le=1)] = 0.4
    """With less confidence than this the answer is that the articles say nothing about it."""

    llm: str = "auto"
    """`none`, `auto` (llm_address, else what answers on this machine), `openai:MODEL`, `ollama:MODEL`,
    `anthropic:MODEL`, or the path of a .gguf file."""
    llm_address: str = ""
    """An endpoint's address, ending in /v1 for OpenAI-compatible ones."""
    llm_key: SecretStr = SecretStr("")
    """Its key; else OPENAI_API_KEY or ANTHROPIC_API_KEY, and those for their own services only."""
    llm_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60
    """A whole reply; half of it until the first words, a quarter between two."""
    llm_context_tokens: Annotated[int, Field(ge=2_048, le=1_000_000)] = 4_096
    """How many tokens the model reads and writes at once; what it is told is kept within, less the reply."""
    llm_tokens: Annotated[int, Field(ge=50)] = 600
    """The most tokens a reply may have: at most half of llm_context_tokens."""

    reranker: str = ""
    """A cross-encoder that sentence-transformers loads, a folder or a hub's name: it orders the first hits anew."""
    skip_steps: list[RetrievalStep] = []
    """Steps of the search to leave out, to see what they are worth; `docs/retrieval.md` names them."""

    password: SecretStr = SecretStr("")
    """What people have to type before they can use a server that others can reach; 8 characters or more."""
    token: SecretStr = SecretStr("")
    """What programs have to send (`Authorization: Bearer …`); 16 characters or more."""
    allowed_hosts: list[str] = []
    """Names, besides this machine's own, under which a server answers, such as the one a reverse proxy has."""
    questions_at_once: Annotated[int, Field(ge=1, le=64)] = 4
    """How many questions a server answers at a time; others wait in line, each client's in turn."""

    @field_validator("llm_tokens")
    @classmethod
    def leave_room_for_what_is_told(cls, tokens: int, given: ValidationInfo) -> int:
        """Refuses a reply that would take more than half of what the model reads and writes at once."""
        context = given.data.get("llm_context_tokens")
        if context is not None and tokens > context // 2:
            raise PydanticCustomError(
                "no_room",
                "it may be at most {most}, half of llm_context_tokens ({context}), or the articles have no room",
                {"most": context // 2, "context": context},
            )
        return tokens

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings names the arguments
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Ranks the sources; arguments first."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(file: Path, **arguments: Any) -> Settings:
    """Returns the settings of the home whose settings' file is `file`, which may be missing; `None` sets nothing.

    Raises `SettingsError`, naming the setting, when one is unknown or has a value it cannot have.
    """

    class HomeSettings(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return HomeSettings(**given)
    except ValidationError as problem:
        first = problem.errors()[0]
        setting = ".".join(str(part) for part in first["loc"])
        given_value = "this" if first["loc"][0] in SECRETS else repr(first["input"])  # a secret is shown nowhere
        what = "is no setting" if first["type"] == "extra_forbidden" else f"cannot be {given_value}: {first['msg']}"
        known = ", ".join(Settings.model_fields)
        raise SettingsError(
            f"{setting} {what}. Look at {file}, the environment (ASSISTANT_{setting.upper()}) and the arguments. "
            f"The settings are: {known}."
        ) from None
    except EnvironmentProblem:  # a ValueError, too: a list that is no JSON
        raise SettingsError(
            f"{' or '.join(f'ASSISTANT_{name.upper()}' for name in LISTS)} in the environment is no list in JSON. "
            'Write one, such as ["names", "words"], or unset it.'
        ) from None
    except (OSError, ValueError) as problem:  # tomllib's decoding error is a ValueError
        raise SettingsError(
            f"{file} cannot be read as TOML: {problem}. Mend the line it names, or delete the file."
        ) from None
