FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/srv/referral/src
# The program finds content/, data/ and alembic/ beside src/: the folder is the installation.
WORKDIR /srv/referral
RUN useradd --system --no-create-home --shell /usr/sbin/nologin referral

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
# Instead of an installation, which would fetch a build tool that no hash covers.
RUN printf '%s\n' '#!/usr/local/bin/python' 'from referral.cli import main' 'main()' \
    > /usr/local/bin/referral && chmod 755 /usr/local/bin/referral

COPY LICENSE alembic.ini ./
COPY alembic ./alembic
COPY content ./content
COPY data ./data
COPY src ./src

USER referral
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=20s CMD ["referral", "health"]
CMD ["referral", "serve", "--host", "0.0.0.0", "--workers", "2", "--no-worker"]
