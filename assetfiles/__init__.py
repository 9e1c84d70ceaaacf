"""The bytes: object keys, uploads, signed URLs and the storage behind them."""
