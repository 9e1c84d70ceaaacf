"""The product's settings with the bare view beside its routes."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
