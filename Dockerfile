FROM python:3.11-slim

RUN useradd --create-home --uid 10001 branchlife
WORKDIR /app
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot ./bot
COPY handlers ./handlers
COPY models ./models
COPY schedules ./schedules
RUN mkdir /data && chown branchlife /data

USER branchlife
ENV BRANCHLIFE_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "bot.health"]
CMD ["python", "-m", "bot", "run"]
