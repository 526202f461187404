"""Settings for every environment; `DEALERSHIP_ENV` says which one this is.

`production` (the default) starts only with SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL and REDIS_URL set.
`demo` and `test` have harmless defaults; their servers are started by the launcher, never from here.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from dealership import wiring

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

ENVIRONMENT = env.str("DEALERSHIP_ENV", default="production")
if ENVIRONMENT not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"DEALERSHIP_ENV is {ENVIRONMENT!r}; it must be production, demo or test.")
PRODUCTION = ENVIRONMENT == "production"
DEMO = ENVIRONMENT == "demo"
TEST = ENVIRONMENT == "test"


def _required(name: str, harmless: str) -> str:
    """Return a setting that production must name itself."""
    return env.str(name) if PRODUCTION else env.str(name, default=harmless)


DEBUG = False
# Names the build for the tablets; empty: a hash over what they keep (dealership/version.py).
APP_VERSION = env.str("APP_VERSION", default="")
SECRET_KEY = _required("SECRET_KEY", "only-for-demo-and-test-" + "x" * 40)
ALLOWED_HOSTS = _required("ALLOWED_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "dealership.apps.DealershipConfig",
    "reception.apps.ReceptionConfig",
    "inspection.apps.InspectionConfig",
    "delivery.apps.DeliveryConfig",
    "feedback.apps.FeedbackConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_scopes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "dealership.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dealership.middleware.StoreScopeMiddleware",
    "dealership.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "dealership.urls"
WSGI_APPLICATION = "dealership.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dealership.views.context.product",
            ],
        },
    }
]

# One connection per thread is kept: opening one per request is the largest single cost of a page.
DATABASES = {"default": env.db_url_config(_required("DATABASE_URL", "postgres://localhost/dealership"))}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database.")
DATABASES["default"].update(CONN_MAX_AGE=0 if TEST else 600, CONN_HEALTH_CHECKS=True)
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "dealership"

# No request path touches Redis: sessions, lockouts and limits are rows, the cache is local memory.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dealership.views.sync.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

AUTH_USER_MODEL = "dealership.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"] if TEST else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_TEMPLATE = "dealership/locked_out.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
OTP_REQUIRED = PRODUCTION

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "dealership.staticfiles.ModuleStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^healthz$"]
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if PRODUCTION else 0

CELERY_BROKER_URL = _required("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "dealership.beat.Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
SWEEP_SECONDS = 2.0
CELERY_BEAT_SCHEDULE = {
    f"sweep-{name}-{number}": {
        "task": "dealership.tasks.sweep",
        "args": [name],
        "schedule": SWEEP_SECONDS,
        # A wake-up call that nobody took before the next one is worth nothing.
        "options": {"expires": 10},
    }
    for name in wiring.SWEEPS
    for number in range(wiring.SWEEPS_AT_ONCE.get(name, 1))
} | {
    f"nightly-{name}": {
        "task": "dealership.tasks.nightly",
        "args": [name],
        "schedule": crontab(hour=19, minute=30),  # UTC: half past three in the store's night
        "options": {"expires": 3600},
    }
    for name in wiring.NIGHTLY
}

EMAIL_URL = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
EMAIL_HOST = EMAIL_URL["EMAIL_HOST"]
EMAIL_PORT = EMAIL_URL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_URL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = EMAIL_URL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = EMAIL_URL.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
# A demo without a mail server of its own prints its letters on the worker's log.
EMAIL_ON_CONSOLE = DEMO and not env.str("EMAIL_URL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="service@dealership.example")

# Providers of messages (docs/channels.md). All optional: a channel without its settings reaches nobody.
# *_URL is there for doubles and for another region's address; *_HOOK_SECRET is the end of the address of receipts.
PROVIDER_TIMEOUT = env.float("PROVIDER_TIMEOUT", default=10.0)
TENCENT_SMS_URL = env.str("TENCENT_SMS_URL", default="https://sms.tencentcloudapi.com/")
TENCENT_SMS_REGION = env.str("TENCENT_SMS_REGION", default="ap-guangzhou")
TENCENT_SMS_SECRET_ID = env.str("TENCENT_SMS_SECRET_ID", default="")
TENCENT_SMS_SECRET_KEY = env.str("TENCENT_SMS_SECRET_KEY", default="")
TENCENT_SMS_APP_ID = env.str("TENCENT_SMS_APP_ID", default="")
TENCENT_SMS_SIGN = env.str("TENCENT_SMS_SIGN", default="")
TENCENT_SMS_PER_SECOND = env.float("TENCENT_SMS_PER_SECOND", default=50.0)
TENCENT_SMS_HOOK_SECRET = env.str("TENCENT_SMS_HOOK_SECRET", default="")
ALIBABA_SMS_URL = env.str("ALIBABA_SMS_URL", default="https://dysmsapi.aliyuncs.com/")
ALIBABA_SMS_KEY_ID = env.str("ALIBABA_SMS_KEY_ID", default="")
ALIBABA_SMS_KEY_SECRET = env.str("ALIBABA_SMS_KEY_SECRET", default="")
ALIBABA_SMS_SIGN = env.str("ALIBABA_SMS_SIGN", default="")
ALIBABA_SMS_PER_SECOND = env.float("ALIBABA_SMS_PER_SECOND", default=50.0)
ALIBABA_SMS_HOOK_SECRET = env.str("ALIBABA_SMS_HOOK_SECRET", default="")
TWILIO_URL = env.str("TWILIO_URL", default="https://api.twilio.com/")
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_FROM = env.str("TWILIO_FROM", default="")
TWILIO_PER_SECOND = env.float("TWILIO_PER_SECOND", default=10.0)
TWILIO_HOOK_SECRET = env.str("TWILIO_HOOK_SECRET", default="")
WECHAT_URL = env.str("WECHAT_URL", default="https://api.weixin.qq.com/")
WECHAT_OPEN_URL = env.str("WECHAT_OPEN_URL", default="https://open.weixin.qq.com/")
WECHAT_APP_ID = env.str("WECHAT_APP_ID", default="")
WECHAT_APP_SECRET = env.str("WECHAT_APP_SECRET", default="")
WECHAT_TOKEN = env.str("WECHAT_TOKEN", default="")
WECHAT_PER_SECOND = env.float("WECHAT_PER_SECOND", default=50.0)
WECHAT_HOOK_SECRET = env.str("WECHAT_HOOK_SECRET", default="")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "dealership.api.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "dealership.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Service reception",
    "DESCRIPTION": "Visits, touchpoints and operations of a dealership's service reception.",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING" if TEST else "INFO")},
}
SILENCED_SYSTEM_CHECKS: list[str] = [
    # django-axes and django-otp bring tables with their own key types.
]
