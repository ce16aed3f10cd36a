"""Referral: from an article about back spasms to a chiropractor's answer."""

from importlib.metadata import version

__version__ = version("referral")
