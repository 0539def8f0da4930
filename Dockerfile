# Serves a study: docker build -t lifecircle . && docker run -p 8000:8000 -v "$PWD/study:/study:ro" lifecircle
FROM python:3.12-slim AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends build-essential >/dev/null
WORKDIR /src
COPY . .
RUN pip install --quiet --require-hashes --requirement requirements/demo.txt --prefix /installed \
    && pip install --quiet --no-deps --prefix /installed .

FROM python:3.12-slim
COPY --from=build /installed /usr/local
# A plain user without a home; kernels and networks go where they can be written.
ENV LIFECIRCLE_CACHE=/var/cache/lifecircle PYTHONDONTWRITEBYTECODE=1
RUN mkdir -m 1777 /var/cache/lifecircle
USER 10001:10001
EXPOSE 8000
CMD ["lifecircle", "serve", "/study", "--host", "0.0.0.0", "--port", "8000"]
