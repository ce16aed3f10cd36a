"""The parts of an HSDS 3 service that we read, as they come in: the rest is passed over (pure)."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from referral.clinics.exchange.hsds_terms import CLINIC
from referral.clinics.geography.geo import Point
from referral.clinics.register.casing import one_line
from referral.clinics.register.providers import CHIROPRACTIC

T = TypeVar("T")
_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
_Several = Annotated[Sequence[T], BeforeValidator(lambda value: () if value is None else value)]


class _Read(BaseModel):
    """What is not named here is passed over."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class Term(_Read):
    """A word of a taxonomy."""

    code: _Text = ""
    taxonomy: _Text = ""


class Attribute(_Read):
    """That a term applies, and how."""

    value: _Text = ""
    taxonomy_term: Term | None = None


class Marked(_Read):
    """What terms may apply to."""

    attributes: _Several[Attribute] = ()

    def marks(self, taxonomy: str) -> list[tuple[str, str]]:
        """Return the codes of a taxonomy, with their values."""
        terms = ((a.taxonomy_term, a.value) for a in self.attributes if a.taxonomy_term)
        return [(term.code, one_line(value)) for term, value in terms if term.taxonomy == taxonomy]

    def marked(self, code: str) -> list[str]:
        """Return the values of one of our own codes."""
        return [value for found, value in self.marks(CLINIC) if found == code]

    @property
    def is_chiropractic(self) -> bool:
        """Whether it is marked by a code for chiropractors, of whatever name the taxonomy has."""
        terms = (attribute.taxonomy_term for attribute in self.attributes)
        return any(term is not None and term.code.startswith(CHIROPRACTIC) for term in terms)


class Phone(_Read):
    """A number."""

    number: _Text = ""
    type: _Text = ""


class Schedule(_Read):
    """When it is open, by the rules of iCalendar."""

    freq: _Text = ""
    interval: float | None = None
    byday: _Text = ""
    opens_at: _Text = ""
    closes_at: _Text = ""
    valid_to: _Text = ""
    until: _Text = ""
    count: _Text = ""

    @property
    def is_weekly(self) -> bool:
        """Whether it holds in every week, without an end."""
        is_for_a_while = self.valid_to or self.until or self.count
        each_week = self.freq in {"", "WEEKLY"} and self.interval in {None, 1}
        return bool(each_week and self.byday and not is_for_a_while)


class Language(_Read):
    """A language that is spoken."""

    code: _Text = ""
    name: _Text = ""


class Address(_Read):
    """A postal address."""

    address_1: _Text = ""
    address_2: _Text = ""
    city: _Text = ""
    state_province: _Text = ""
    postal_code: _Text = ""
    country: _Text = ""
    address_type: _Text = ""


class Reached(Marked):
    """What has numbers, times and languages."""

    phones: _Several[Phone] = ()
    schedules: _Several[Schedule] = ()
    languages: _Several[Language] = ()


class Location(Reached):
    """A place."""

    id: _Text
    location_type: _Text = "physical"
    latitude: float | None = None
    longitude: float | None = None
    addresses: _Several[Address] = ()
    accessibility: _Several[Marked] = ()

    @property
    def is_other_place(self) -> bool:
        """Whether it is one more place of the clinic at another one."""
        return bool(self.marked("other_place"))

    @property
    def point(self) -> Point | None:
        """Where it lies, if that is told."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def address(self) -> Address:
        """Its address, one to visit before one to write to."""
        by_use = sorted(self.addresses, key=lambda address: address.address_type != "physical")
        return by_use[0] if by_use else Address()


class Contact(Marked):
    """A person."""

    name: _Text = ""
    title: _Text = ""


class AtLocation(Reached):
    """A service at one place."""

    location: Location | None = None
    contacts: _Several[Contact] = ()


class Identifier(_Read):
    """A number of the organization in a register."""

    identifier_scheme: _Text = ""
    identifier_type: _Text = ""
    identifier: _Text = ""


class Organization(Marked):
    """Who offers the service."""

    name: _Text = ""
    alternate_name: _Text = ""
    email: _Text = ""
    phones: _Several[Phone] = ()
    organization_identifiers: _Several[Identifier] = ()


class CostOption(Marked):
    """A price."""

    currency: _Text = ""
    amount: float | None = None


class Service(Reached):
    """What is offered."""

    name: _Text
    status: _Text
    email: _Text = ""
    organization: Organization = Organization()
    service_at_locations: _Several[AtLocation] = ()
    contacts: _Several[Contact] = ()
    cost_options: _Several[CostOption] = ()
