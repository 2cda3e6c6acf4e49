"""The outbox: every e-mail is written before it is sent, tried again when the carrier is away, and told of."""
