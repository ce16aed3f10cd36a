FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# The program finds content/, data/ and alembic/ beside src/: the folder is the installation.
WORKDIR /srv/referral
RUN useradd --system --no-create-home --shell /usr/sbin/nologin referral \
    && install --directory --owner referral --mode 700 /backups

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE alembic.ini ./
COPY alembic ./alembic
COPY content ./content
COPY data ./data
COPY src ./src
# Editable, so that the folders beside src/ are found. The build tool is the one unlocked package.
RUN pip install --no-cache-dir --no-deps --editable .

USER referral
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=20s CMD ["referral", "health"]
CMD ["referral", "serve", "--host", "0.0.0.0", "--workers", "2", "--no-worker"]
