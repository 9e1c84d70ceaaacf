"""What every app's API needs alike: errors, JSON, paging, trace ids. Imports nothing of ours."""
