"""What the doors to the directory share: the tables of places, loaded once."""

from typing import Annotated

from fastapi import Depends, Request

from referral.clinics.geography.gazetteer import Gazetteer
from referral.clinics.geography.zips import ZipCentroids


async def _zips(request: Request) -> ZipCentroids:
    zips: ZipCentroids = request.app.state.zips
    return zips


async def _gazetteer(request: Request) -> Gazetteer:
    gazetteer: Gazetteer = request.app.state.gazetteer
    return gazetteer


ZipsDep = Annotated[ZipCentroids, Depends(_zips)]
GazetteerDep = Annotated[Gazetteer, Depends(_gazetteer)]
