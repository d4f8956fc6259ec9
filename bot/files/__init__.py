"""Files people exchange with the service: read with care, written plainly."""
