"""Every setting of the product, read once from the environment (KEFU_…)."""

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KEFU_", extra="ignore")

    data: Path = Field(
        Path("data"), description="Folder for the database, the index, site content and uploads."
    )
    database_url: str = Field("", description="SQLAlchemy address; empty means SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    company: str = Field("客服学堂", description="Name shown in page titles.")
    project: str = Field(
        "本项目", description="Name of the residential project shown on the sign-in sheet and cards."
    )
    phones: str = Field(
        "维保值班=;燃气抢修=;值班经理=",
        description="Emergency extensions as name=number pairs separated by semicolons.",
    )
    encoder: str = Field(
        "bundled", description="Bundled encoder, or any sentence-transformers model name or folder."
    )
    secure_cookies: bool = Field(False, description="Send cookies over TLS only; switch on behind HTTPS.")
    trusted_proxies: str = Field(
        "", description="Comma-separated proxy addresses whose X-Forwarded-For is believed."
    )
    session_idle_minutes: int = Field(
        30, ge=1, description="A session ends after this many minutes without a request."
    )
    session_hours: int = Field(12, ge=1, description="A session ends after this many hours in any case.")
    password_policy: str = Field(
        "plain", pattern="^(plain|dengbao)$", description="plain, or dengbao for complexity."
    )
    require_totp: bool = Field(
        False, description="Trainers and administrators must use a one-time code at sign-in."
    )
    search_days: int = Field(90, ge=1, description="Days that masked searches and chats are kept.")
    drill_days: int = Field(180, ge=1, description="Days that drill transcripts are kept.")
    review_daily_cap: int = Field(30, ge=5, description="Most review cards shown to one person a day.")
    llm_base_url: str = Field("", description="OpenAI-compatible endpoint; empty means no language model.")
    llm_model: str = Field("", description="Model name at that endpoint.")
    llm_api_key: SecretStr = Field(SecretStr(""), description="Key for that endpoint; never stored or shown.")
    llm_daily_limit: int = Field(100, ge=0, description="Language-model answers per person and day.")
    llm_timeout: float = Field(8.0, gt=0, description="Seconds before a language-model answer is given up.")
    smtp_url: str = Field("", description="smtp://user:password@host:port for reminders; empty means none.")
    webhook_url: str = Field(
        "", description="WeCom or DingTalk robot address for reminders; empty means none."
    )
    log_level: str = Field("info", description="Log level of the web server.")

    @property
    def site_content(self) -> Path:
        return self.data / "content"

    @property
    def index_folder(self) -> Path:
        return self.data / "index"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'kefu.db'}"

    @property
    def phone_book(self) -> dict[str, str]:
        pairs = (item.partition("=") for item in self.phones.split(";") if "=" in item)
        return {name.strip(): number.strip() for name, _, number in pairs if number.strip()}


@cache
def settings() -> Settings:
    return Settings()
