"""All that a client can do: the verbs, by the names of its methods."""

from referral.client.export import export
from referral.client.feed import events, newest_event
from referral.client.many import move_many
from referral.client.notes import add_note, notes
from referral.client.own_clinic import (
    add_chiropractor,
    clinic,
    leave,
    register_differences,
    remove_chiropractor,
    update_chiropractor,
    update_clinic,
)
from referral.client.requests import (
    assign,
    book,
    cancel,
    decline,
    get,
    move,
    offer,
    receive,
    release,
    requests,
    reschedule,
    search,
    waitlist,
)
from referral.client.staff_keys import assignees, issue_key, revoke_key, staff_keys
from referral.client.statistics import statistics
from referral.client.webhooks import (
    create_webhook,
    delete_webhook,
    ping_webhook,
    replay_webhook,
    rotate_webhook_secret,
    update_webhook,
    webhook,
    webhook_deliveries,
    webhooks,
)

__all__ = [
    "add_chiropractor",
    "add_note",
    "assign",
    "assignees",
    "book",
    "cancel",
    "clinic",
    "create_webhook",
    "decline",
    "delete_webhook",
    "events",
    "export",
    "get",
    "issue_key",
    "leave",
    "move",
    "move_many",
    "newest_event",
    "notes",
    "offer",
    "ping_webhook",
    "receive",
    "register_differences",
    "release",
    "remove_chiropractor",
    "replay_webhook",
    "requests",
    "reschedule",
    "revoke_key",
    "rotate_webhook_secret",
    "search",
    "staff_keys",
    "statistics",
    "update_chiropractor",
    "update_clinic",
    "update_webhook",
    "waitlist",
    "webhook",
    "webhook_deliveries",
    "webhooks",
]
