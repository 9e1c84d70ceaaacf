"""External assets and what pipelines report of them."""
