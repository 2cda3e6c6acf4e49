"""What is stored of second factors, in the account's own partition."""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, People, Sealed


class Authenticator(People, discriminator="authenticator"):
    """``account#<id>`` / ``factor#totp``. ``confirmed_at``: when the first code was given; it proves nothing before.
    ``last_step``: the time step of the last code, which works once."""

    created_at = NumberAttribute()
    confirmed_at = NumberAttribute(null=True)
    last_step = NumberAttribute(default=0)
    secret = Sealed()


class Passkey(People, discriminator="passkey"):
    """``account#<id>`` / ``factor#passkey#<keyed hash of the credential's id>``: what its owner named ``name``.

    ``sign_count``: of its last use (0 of those that do not count); ``used_at``: when that was.
    """

    name = UnicodeAttribute()
    credential = BinaryAttribute(legacy_encoding=False)
    public_key = BinaryAttribute(legacy_encoding=False)
    sign_count = NumberAttribute()
    made_at = NumberAttribute()
    used_at = NumberAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.sk).rpartition("#")[2]


class RecoveryCode(People, discriminator="recovery_code"):
    """``account#<id>`` / ``factor#recovery#<keyed hash>``: works once."""

    made_at = NumberAttribute()


class SignInStep(Ephemeral, discriminator="sign_in_step"):
    """``link#<token hash>`` / ``second``: the password was right, the second factor is still to be given.

    ``browser``: keyed hash of the browser that gave it. ``after``: the path to go on to.
    """

    account = UnicodeAttribute()
    browser = UnicodeAttribute()
    after = UnicodeAttribute()


class FederatedStep(Ephemeral, discriminator="federated_step"):
    """``link#<state hash>`` / ``federated``: somebody went to the company's identity provider, to come back.

    ``browser``: keyed hash of the browser that went. ``nonce``, ``verifier``: of this sign-in (OpenID Connect; PKCE).
    """

    company = UnicodeAttribute()
    browser = UnicodeAttribute()
    nonce = UnicodeAttribute()
    verifier = UnicodeAttribute()


class FactorChallenge(Ephemeral, discriminator="factor_challenge"):
    """``account#<id>`` / ``challenge#<keyed hash>``: a passkey was asked to sign this; answered once.

    ``purpose``: make, give.
    """

    purpose = UnicodeAttribute()
