"""Processes of their own, forked from one that has imported the service: a start costs nothing."""

from multiprocessing import get_context

FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(["referral.app", "referral.cli.server", "starlette.testclient"])
