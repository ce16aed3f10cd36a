"""What the doors to the directory share: the table of ZIP codes, loaded once."""

from typing import Annotated

from fastapi import Depends, Request

from referral.clinics.zips import ZipCentroids


async def _zips(request: Request) -> ZipCentroids:
    zips: ZipCentroids = request.app.state.zips
    return zips


ZipsDep = Annotated[ZipCentroids, Depends(_zips)]
