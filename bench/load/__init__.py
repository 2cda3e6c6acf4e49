"""People who use the whole product as browsers do, without decoding anything: cheap enough for dozens at once."""
