"""What the service answers over HTTP: the operator's loopback address, and Telegram's webhook."""
