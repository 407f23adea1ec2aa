"""The outside world behind small adapters: files, geocoders, blobs, timestamp authorities."""
