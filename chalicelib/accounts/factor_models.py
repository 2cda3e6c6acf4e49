"""What is stored of second factors, in the account's own partition."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, People, Sealed


class Authenticator(People, discriminator="authenticator"):
    """``account#<id>`` / ``factor#totp``. ``confirmed_at``: when the first code was given; it proves nothing before.
    ``last_step``: the time step of the last code, which works once."""

    created_at = NumberAttribute()
    confirmed_at = NumberAttribute(null=True)
    last_step = NumberAttribute(default=0)
    secret = Sealed()


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
