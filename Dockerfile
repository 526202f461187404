FROM python:3.13-slim-trixie

RUN useradd --system --uid 10001 --home-dir /srv/dealership --shell /usr/sbin/nologin dealership \
    && install -d -o dealership -g dealership /srv/dealership /data
WORKDIR /srv/dealership
USER dealership
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data STATIC_ROOT=/srv/dealership/collected

# The environment changes seldom: a layer of its own.
COPY --chown=dealership deploy/build deploy/build
COPY --chown=dealership requirements/production.txt requirements/production.txt
RUN deploy/build environment
COPY --chown=dealership . .
RUN deploy/build static

VOLUME /data
EXPOSE 8000
ENTRYPOINT ["deploy/start"]
CMD ["web"]
