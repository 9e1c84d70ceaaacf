"""Jobs, job runs, backfills and the worker that carries them out."""
