"""What can go wrong, as people meet it.

    IbooError
    ├── BadInput            400  the request makes no sense
    │   └── FormErrors      400  fields to correct, each with its sentence
    ├── UnknownPerson       401  nobody is signed in
    │   └── UnknownToken    401  no token of a program, or none that works
    ├── NotAllowed          403  known, but not entitled
    │   ├── PlanOver        403  the trial or the paid term is over
    │   ├── Suspended       403  an operator has closed the company's rooms
    │   ├── FactorDue       403  the company demands a second factor first
    │   ├── OutOfScope      403  the program's token does not open this
    │   ├── BadToken        403  the form is too old or foreign (CSRF)
    │   ├── NotAdmitted     403  waiting, refused or removed
    │   ├── WithoutRecording 403 the plan allows no recording
    │   └── RecordingQuestion 403 to be answered before going in
    ├── NotFound            404
    ├── Conflict            409  somebody else was faster
    │   ├── StillAtIt       409  a request with the same idempotency key is not finished
    │   ├── RoomFull        409
    │   ├── LinkInUse       409  the personal link is in use in another browser
    │   ├── RecordingRuns   409  the meeting is being recorded already
    │   ├── FileRuns        409  one file of the recording is being made already
    │   ├── NotRecorded     409  the recording is not over, or holds nothing
    │   ├── TooLong         409  more than can be made into one file
    │   ├── QuestionChanged 409  asked anew, or in other words, meanwhile
    │   ├── NotesFull       409  no more fits into the meeting's notes
    │   └── Restricted      409  frozen at the person's request (art. 18)
    ├── NotJson             415  the body is something else than JSON
    ├── KeyUsed             422  an idempotency key that stood for another request
    ├── Gone                410  was here, is deleted or over
    ├── BadOffer            400  the SDP can't be answered
    ├── TooMany             429  throttled; says when to try again
    ├── NoWorker            503  no media worker can take the room now
    └── NoComposer          503  no job could be started that makes a file

Each class carries its HTTP status and a code; its message is a sentence for the person, in French as in the templates,
translated where it is shown. `chalicelib.doors` is the only place that turns them into answers.
"""


def mark(sentence: str) -> str:
    """``sentence`` itself: marks it for the catalog; it is translated where it is shown."""
    return sentence


_ = mark


class IbooError(Exception):
    """Base of all errors that are somebody's to know."""

    status = 500
    code = "error"
    title = _("Un problème de notre côté")
    message = _("Quelque chose n'a pas fonctionné de notre côté. Réessayez dans un instant.")

    def __init__(self, message: str | None = None, **values: str | int) -> None:
        super().__init__(self.code)
        self.message = message or self.message
        self.values = values
        """What the message's placeholders stand for."""


class BadInput(IbooError):
    """The request makes no sense."""

    status = 400
    code = "bad_input"
    title = _("Demande à reprendre")
    message = _("Cette demande est incomplète ou mal formée.")


class FormErrors(BadInput):
    """Fields to correct: name → sentence; ``values`` are what the sentences' placeholders stand for."""

    code = "form_errors"
    message = _("Certaines informations sont à corriger.")

    def __init__(self, fields: dict[str, str], **values: str | int) -> None:
        super().__init__()
        self.values = values
        self.fields = fields


class BadOffer(BadInput):
    """The SDP offer can't be answered."""

    code = "bad_offer"
    message = _("Votre navigateur a envoyé une demande de connexion que nous ne savons pas lire.")


class UnknownPerson(IbooError):
    """Nobody is signed in, or the pass is not known."""

    status = 401
    code = "unknown_person"
    title = _("Connexion nécessaire")
    message = _("Connectez-vous pour continuer.")


class UnknownToken(UnknownPerson):
    """No token of a program, or none that works."""

    code = "unknown_token"
    title = _("Jeton nécessaire")
    message = _("Ce jeton n’existe pas, a expiré, ou a été révoqué.")


class NotAllowed(IbooError):
    """Known, but not entitled."""

    status = 403
    code = "not_allowed"
    title = _("Accès réservé")
    message = _("Vous n'avez pas accès à cette page.")


class PlanOver(NotAllowed):
    """The trial or the paid term is over: what is there can be read, nothing new be held."""

    code = "plan_over"
    title = _("Abonnement à reprendre")
    message = _(
        "L’abonnement de l’entreprise qui organise est terminé. Qui l’administre peut le reprendre à la page "
        "« Abonnement » : tout y est encore."
    )


class Suspended(NotAllowed):
    """An operator has closed the company's rooms."""

    code = "suspended"
    title = _("Espace suspendu")
    message = _(
        "L’espace de l’entreprise qui organise est suspendu : aucune réunion ne s’y tient pour l’instant. Qui "
        "l’administre a reçu un e-mail qui dit pourquoi, et comment le contester."
    )


class FactorDue(NotAllowed):
    """The company demands a second factor, which is to be set up before anything else."""

    code = "factor_due"
    title = _("Second facteur à mettre en place")
    message = _("Votre entreprise demande un second facteur. Mettez-le en place pour continuer.")


class OutOfScope(NotAllowed):
    """The program's token does not open this."""

    code = "out_of_scope"
    message = _("Ce jeton ne permet pas cela : il lui faut « %(scope)s ».")


class BadToken(NotAllowed):
    """The form is too old or comes from elsewhere."""

    code = "bad_token"
    title = _("Page à recharger")
    message = _("Ce formulaire a expiré. Rechargez la page et recommencez.")


class NotAdmitted(NotAllowed):
    """Waiting, refused or removed."""

    code = "not_admitted"
    title = _("Encore un instant")
    message = _("L'organisateur ne vous a pas encore fait entrer.")


class WithoutRecording(NotAllowed):
    """The company's plan allows no recording."""

    code = "plan_without_recording"
    title = _("Enregistrement non compris")
    message = _(
        "L’offre de votre entreprise ne comprend pas l’enregistrement des réunions. Qui l’administre peut en choisir "
        "une autre à la page « Abonnement »."
    )


class RecordingQuestion(NotAllowed):
    """Everybody is asked whether they agree to be recorded: so is who comes later, before going in."""

    code = "recording_question"
    title = _("Une question avant d’entrer")
    message = _("L’organisateur enregistre cette réunion : dites d’abord si vous acceptez d’être enregistré.")


class NotFound(IbooError):
    """Nothing here."""

    status = 404
    code = "not_found"
    title = _("Page introuvable")
    message = _("Cette page n'existe pas.")


class Conflict(IbooError):
    """Somebody else was faster."""

    status = 409
    code = "conflict"
    title = _("Action impossible")
    message = _("Quelqu'un vient de modifier cet élément. Rechargez la page.")


class StillAtIt(Conflict):
    """A request with the same idempotency key is not finished, or broke off."""

    code = "still_at_it"
    message = _(
        "Une demande avec cette clé est en cours, ou s’est interrompue. Regardez ce qui est fait avant d’en envoyer "
        "une autre."
    )


class NotesFull(Conflict):
    """No more fits into the meeting's notes."""

    code = "notes_full"
    message = _("Les notes de cette réunion sont trop longues : la suite n’est pas enregistrée.")


class RoomFull(Conflict):
    """The plan's number of people is reached."""

    code = "room_full"
    message = _(
        "La réunion a atteint le nombre de participants de l’offre. Réessayez quand quelqu’un est sorti ; l’entreprise "
        "qui organise peut aussi choisir une offre plus grande, à la page « Abonnement »."
    )


class LinkInUse(Conflict):
    """The personal link is in use in another browser."""

    code = "link_in_use"
    message = _("Ce lien est déjà utilisé dans un autre navigateur.")


class RecordingRuns(Conflict):
    """The meeting is being recorded already."""

    code = "recording_runs"
    message = _("Cette réunion est déjà en cours d’enregistrement.")


class FileRuns(Conflict):
    """One file of the recording is being made already."""

    code = "file_runs"
    message = _("Un fichier de cet enregistrement est déjà en préparation. Attendez qu’il soit prêt.")


class NotRecorded(Conflict):
    """The recording is not over, or holds nothing of what was asked for."""

    code = "not_recorded"
    message = _("Il n’y a rien ici dont faire un fichier : l’enregistrement n’est pas terminé, ou il est vide.")


class TooLong(Conflict):
    """More than can be made into one file."""

    code = "too_long"
    message = _("Cet enregistrement dépasse six heures ou 50 personnes : il ne tient pas dans un seul fichier.")


class QuestionChanged(Conflict):
    """The question answered is not the one that is asked now."""

    code = "question_changed"
    message = _("La question a changé entre-temps. Lisez-la de nouveau, s’il vous plaît.")


class Restricted(Conflict):
    """Somebody's data is frozen at their request (art. 18 GDPR)."""

    code = "restricted"
    title = _("Données gelées")
    message = _("Ces données sont gelées à la demande de la personne concernée : personne ne peut s’en servir.")


class NotJson(IbooError):
    """The body is something else than JSON."""

    status = 415
    code = "not_json"
    title = _("Demande à reprendre")
    message = _("Le corps de cette demande doit être en JSON (Content-Type: application/json).")


class KeyUsed(IbooError):
    """An idempotency key that stood for another request."""

    status = 422
    code = "key_used"
    title = _("Demande à reprendre")
    message = _("Cette clé a déjà servi pour une autre demande. Prenez-en une nouvelle.")


class Gone(IbooError):
    """Was here, is deleted or over."""

    status = 410
    code = "gone"
    title = _("Plus rien ici")
    message = _("Cette réunion est terminée et ses données ont été supprimées.")


class TooMany(IbooError):
    """Throttled."""

    status = 429
    code = "too_many"
    title = _("Trop d’essais")
    message = _("Trop d'essais. Réessayez dans quelques minutes.")

    def __init__(self, retry_after: int, counter: str = "") -> None:
        super().__init__()
        self.retry_after = retry_after
        """Seconds."""
        self.counter = counter
        """Key of the counter that is full."""


class NoWorker(IbooError):
    """No media worker can take the room now."""

    status = 503
    code = "no_worker"
    title = _("Encore un instant")
    message = _("Nos serveurs de réunion sont occupés. Nouvel essai dans quelques secondes.")
    retry_after = 2


class NoComposer(IbooError):
    """No job could be started that makes a file of a recording."""

    status = 503
    code = "no_composer"
    title = _("Encore un instant")
    message = _("Le fichier n’a pas pu être mis en préparation. Réessayez dans une minute.")
    retry_after = 60
