"""The terms of schema.org that our pages use, and a check that they use no others."""

# What each type, or one that it is a kind of, may have, of what we use.
ALLOWED = {
    "MedicalClinic": {
        "name", "alternateName", "url", "identifier",  # Thing
        "address", "telephone", "specialOpeningHoursSpecification",  # Place
        "openingHoursSpecification",  # Place, and so LocalBusiness
        "location", "employee", "knowsAbout", "knowsLanguage",  # Organization
        "isAcceptingNewPatients",  # MedicalOrganization
    },
    "Place": {"address", "telephone"},
    "PostalAddress": {
        "streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry",
    },
    "OpeningHoursSpecification": {
        "name", "dayOfWeek", "opens", "closes", "validFrom", "validThrough",
    },
    "Person": {"name", "honorificSuffix"},
    "PropertyValue": {"propertyID", "value"},
    "MedicalWebPage": {
        "name", "url", "description",  # Thing
        "headline", "inLanguage", "datePublished", "dateModified", "author", "about", "citation",
        "isAccessibleForFree", "mainEntity",  # CreativeWork
        "breadcrumb", "primaryImageOfPage", "reviewedBy", "lastReviewed",  # WebPage
        "medicalAudience",
    },
    "Thing": {"name"},
    "Organization": {"name"},
    "MedicalAudience": {"audienceType"},
    "ImageObject": {"url"},
    "CreativeWork": {"name", "publisher", "datePublished", "url"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
}  # fmt: skip


def check(value: object) -> None:
    """Assert that each object is of a type that we use, has only its terms, and none is empty."""
    if isinstance(value, list):
        assert value
        for each in value:
            check(each)
    elif isinstance(value, dict):
        assert value.keys() - {"@type", "@id", "@context"} <= ALLOWED[value["@type"]]
        for each in value.values():
            check(each)
    else:
        assert value not in ("", None)
